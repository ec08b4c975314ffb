import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitepress'
import { nav, sidebar } from './pages.ts'
import { repositoryLinks } from './repository-links.ts'
import { slug } from './slug.ts'

/** Without colours and search, which are half of the build: all that the check looks at is there. */
const isPlain = process.argv.includes('--plain')

export default defineConfig({
  title: 'unstick',
  description: 'Framing codecs that turn a stream of bytes back into messages',
  cleanUrls: true,
  transformHead: ({ siteData }) => [['link', { rel: 'icon', href: `${siteData.base}icon.svg` }]],
  // The API pages are TypeDoc's, written into the built site.
  ignoreDeadLinks: [/^\/api\//],
  vite: {
    // The playground's worker loads the code of a task when it is asked for.
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
    ...(isPlain ? {} : { search: { provider: 'local' } }),
  },
})
