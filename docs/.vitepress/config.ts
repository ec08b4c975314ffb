import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitepress'
import { nav, sidebar } from './pages.ts'
import { repositoryLinks } from './repository-links.ts'
import { slug } from './slug.ts'

/** Builds without syntax colours and search, which take half of the time and do not affect the check. */
const isPlain = process.argv.includes('--plain')

/** Pages with tables that are wider than a phone's screen. */
const WIDE_TABLES = new Set(['benchmarks.md', 'comparison.md', 'runtimes.md'])

export default defineConfig({
  title: 'unstick',
  description: 'Framing codecs that turn a stream of bytes back into messages',
  cleanUrls: true,
  transformHead: ({ siteData }) => [['link', { rel: 'icon', href: `${siteData.base}icon.svg` }]],
  transformPageData(page) {
    if (WIDE_TABLES.has(page.relativePath)) page.frontmatter.pageClass = 'wide-tables'
  },
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
