import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitepress'
import { nav, sidebar } from './pages.ts'
import { repositoryLinks } from './repository-links.ts'
import { slug } from './slug.ts'

/** Builds without syntax colours and search, which take half of the time and do not affect the check. */
const isPlain = process.argv.includes('--plain')

export default defineConfig({
  title: 'unstick',
  description: 'Framing codecs that turn a stream of bytes back into messages',
  cleanUrls: true,
  transformHead: ({ siteData }) => [['link', { rel: 'icon', href: `${siteData.base}icon.svg` }]],
  // TypeDoc writes the API pages into the built site.
  ignoreDeadLinks: [/^\/api\//],
  vite: {
    // The playground's worker loads the code of each task on demand.
    worker: { format: 'es' },
    resolve: { conditions: ['@unstick/source', ...defaultClientConditions] },
    ssr: { resolve: { conditions: ['@unstick/source', ...defaultServerConditions] } },
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    anchor: { slugify: slug },
    ...(isPlain ? { highlight: () => '<pre></pre>' } : {}),
    config: (md) => void md.use(repositoryLinks),
  },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    // The default label, "go to home", differs from the text of the link.
    notFound: { linkLabel: 'Take me home' },
    ...(isPlain ? {} : { search: { provider: 'local' } }),
  },
})
