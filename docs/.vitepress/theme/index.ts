import DefaultTheme from 'vitepress/theme-without-fonts'
import type { Theme } from 'vitepress'
import Home from './Home.vue'
import Layout from './Layout.vue'
import { printInLight } from './print-in-light.ts'
import { keepHashWellFormed } from './well-formed-hash.ts'
import './style.css'

export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app }) {
    // VitePress renders pages with `layout: home` by this instead of its own, which has no landmark for its content.
    app.component('home', Home)
    if (import.meta.env.SSR) return
    keepHashWellFormed()
    printInLight()
  },
} satisfies Theme
