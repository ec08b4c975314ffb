// Browsers print no backgrounds: the light text of the dark scheme would be on white paper.

export function printInLight(): void {
  const { classList } = document.documentElement
  addEventListener('beforeprint', () => {
    if (!classList.contains('dark')) return
    classList.remove('dark')
    addEventListener('afterprint', () => classList.add('dark'), { once: true })
  })
}
