// A plugin of TypeDoc: links from the pages of the API to the site, which may have a base path.

import { PageEvent } from 'typedoc'

/** Makes links to the site's root relative: the API lies in a folder below it. */
export function load({ renderer }) {
  renderer.on(PageEvent.END, (page) => {
    const root = '../'.repeat(page.url.split('/').length)
    page.contents = page.contents?.replaceAll(' href="/"', ` href="${root}"`)
  })
}
