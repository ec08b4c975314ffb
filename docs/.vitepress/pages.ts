// What the site's menus list.
import type { DefaultTheme } from 'vitepress'

interface Section {
  text: string
  items: { text: string; link: string }[]
}

const section = (text: string, items: Record<string, string>): Section => ({
  text,
  items: Object.entries(items).map(([link, title]) => ({ text: title, link })),
})

const sections = [
  section('Try it', { '/playground': 'Playground' }),
  section('Packages', {
    '/packages/core': '@unstick/core',
    '/packages/length-field': '@unstick/length-field',
    '/packages/delimiter': '@unstick/delimiter',
    '/packages/fixed-size': '@unstick/fixed-size',
    '/packages/json': '@unstick/json',
    '/packages/packet': '@unstick/packet',
    '/packages/stuffing': '@unstick/stuffing',
    '/packages/protocols': '@unstick/protocols',
    '/packages/stream': '@unstick/stream',
    '/packages/testing': '@unstick/testing',
    '/packages/bench': '@unstick/bench',
    '/packages/cli': 'unstick, the command',
  }),
  section('How it is made', {
    '/architecture': 'Architecture',
    '/testing': 'Testing framers',
    '/vectors': 'Conformance vectors',
    '/benchmarks': 'Benchmarks',
    '/performance': 'Performance: what was tried',
  }),
]

export const pages: string[] = sections.flatMap(({ items }) => items.map(({ link }) => link))

export const sidebar: DefaultTheme.SidebarItem[] = sections

export const nav: DefaultTheme.NavItem[] = [
  { text: 'Packages', link: '/packages/core', activeMatch: '^/packages/' },
  { text: 'API', link: '/api/index.html', target: '_self' },
  { text: 'Playground', link: '/playground' },
]
