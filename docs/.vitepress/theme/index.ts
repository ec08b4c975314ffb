import DefaultTheme from 'vitepress/theme-without-fonts'
import type { Theme } from 'vitepress'
import Home from './Home.vue'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    // VitePress renders pages with `layout: home` by this instead of its own, which has no landmark for its content.
    app.component('home', Home)
  },
} satisfies Theme
