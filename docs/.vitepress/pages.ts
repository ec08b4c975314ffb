// The entries of the site's menus.
import type { DefaultTheme } from 'vitepress'

interface Section {
  text: string
  collapsed: boolean
  items: { text: string; link: string }[]
}

const section = (text: string, items: Record<string, string>): Section => ({
  text,
  collapsed: false,
  items: Object.entries(items).map(([link, title]) => ({ text: title, link })),
})

const sections = [
  section('Start', {
    '/tutorial': 'Ten minutes with unstick',
    '/which-codec': 'Which codec do I need?',
    '/playground': 'Playground',
  }),
  section('How to', {
    '/guides/tcp-server': 'A TCP server',
    '/guides/tcp-client': 'A TCP client',
    '/guides/proxy': 'A proxy that logs messages',
    '/guides/serial-port': 'A serial port',
    '/guides/stdio-and-mcp': 'Stdio and MCP',
    '/guides/lsp': 'A language server',
    '/guides/web-streams': 'Web streams and fetch',
    '/guides/protocol-upgrade': 'Changing the protocol',
    '/guides/large-frames': 'Large frames',
    '/guides/custom-codec': 'Write your own codec',
    '/guides/nested-formats': 'Nested formats',
    '/guides/resynchronising': 'Resynchronising',
    '/guides/testing-a-codec': 'Testing a codec',
    '/guides/measuring': 'Measuring a codec',
    '/guides/production': 'Monitoring in production',
    '/metrics': 'Metrics: prom-client, OpenTelemetry',
    '/guides/migrating': 'Migrating from other packages',
    '/guides/netty-and-tokio': 'Coming from Netty or tokio-util',
  }),
  section('Why', {
    '/explanation/tcp-and-messages': 'Why TCP cuts and joins messages',
    '/explanation/backpressure': 'Backpressure',
    '/explanation/life-of-a-connection': 'The life of a connection',
    '/explanation/ownership': 'Ownership and copying',
    '/explanation/limits': 'Limits and denial of service',
    '/explanation/errors-and-recovery': 'Errors and recovery',
    '/comparison': 'Comparison',
  }),
  section('Reference', {
    '/reference/options': 'Options',
    '/reference/errors': 'Errors',
    '/architecture#glossary': 'Glossary',
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
  section('Development', {
    '/architecture': 'Architecture',
    '/decisions': 'Decisions',
    '/testing': 'Testing framers',
    '/vectors': 'Conformance vectors',
    '/benchmarks': 'Benchmarks',
    '/runtimes': 'Runtimes: what differs',
    '/performance': 'Performance: what was tried',
  }),
]

export const pages: string[] = sections.flatMap(({ items }) => items.map(({ link }) => link))

export const sidebar: DefaultTheme.SidebarItem[] = sections

export const nav: DefaultTheme.NavItem[] = [
  { text: 'Tutorial', link: '/tutorial' },
  { text: 'How to', link: '/guides/tcp-server', activeMatch: '^/guides/' },
  { text: 'Reference', link: '/reference/options', activeMatch: '^/(reference|packages)/' },
  { text: 'API', link: '/api/index.html', target: '_self' },
  { text: 'Playground', link: '/playground' },
]
