#!/bin/bash
# Runs a command as if the packages that it needs were installed: Debian's and npm's are installed into a copy of the
# system that lives in memory, and is gone when the command has ended. Run it as root on Debian:
#
#   recordings/temporary-root.sh node recordings/record.js postgres
#
# The servers and clients are those of packages.txt and modules.txt. UNSTICK_MODULES tells where the modules are.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1-}" != --inside ]; then
  exec unshare --mount --fork --pid --kill-child bash "$0" --inside "$@"
fi
shift

# Seen by this process and its children alone, and so in the way of no other.
root=/media
mount -t tmpfs tmpfs "$root"
mkdir "$root/changes" "$root/work" "$root/all"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/changes,workdir=$root/work" "$root/all"
mount -t proc proc "$root/all/proc"
mount --rbind /dev "$root/all/dev"
repository=$(cd "$here/../../.." && pwd)
# What the command writes into the repository stays.
mount --bind "$repository" "$root/all$repository"

exec chroot "$root/all" bash -euo pipefail -c '
  here=$1
  directory=$2
  shift 2
  # Packages start no services here.
  printf "#!/bin/sh\nexit 101\n" > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  { apt-get update && xargs apt-get install -y --no-install-recommends < "$here/packages.txt"; } > "$log" 2>&1 ||
    { tail -n 5 "$log" >&2; exit 1; }
  mkdir /modules
  cd /modules
  echo "{\"private\":true}" > package.json
  xargs npm install --no-audit --no-fund --loglevel=error < "$here/modules.txt" > /dev/null
  export UNSTICK_MODULES=/modules
  cd "$directory"
  exec "$@"
' bash "$here" "$PWD" "$@"
