// How changelogs are written: the text of each changeset, for readers, without the hash of its commit. All packages have
// one version, so that lines about updated siblings say nothing.

module.exports = {
  getReleaseLine: async ({ summary }) => `\n${summary.trim()}`,
  getDependencyReleaseLine: async () => '',
}
