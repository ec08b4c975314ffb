import DefaultTheme from 'vitepress/theme-without-fonts'
import type { Theme } from 'vitepress'
import { h } from 'vue'
import Home from './Home.vue'
import NotFound from './NotFound.vue'
import { keepHashWellFormed } from './well-formed-hash.ts'
import './style.css'

export default {
  extends: DefaultTheme,
  // VitePress's own page for missing ones has no landmark for its content either.
  Layout: () => h(DefaultTheme.Layout, null, { 'not-found': () => h(NotFound) }),
  enhanceApp({ app }) {
    // VitePress renders pages with `layout: home` by this instead of its own, which has no landmark for its content.
    app.component('home', Home)
    if (!import.meta.env.SSR) keepHashWellFormed()
  },
} satisfies Theme
