# shellcheck shell=bash
# Packages from npm. Source it, in the top directory:
#
#   npm_modules NAME WHAT    install what test/NAME/package-lock.json names and set $modules to where it is; when the
#                            registry cannot be reached, it says that WHAT is left out, and fails
#
# With NPM_REQUIRED=1, as in continuous integration, nothing may be left out.

npm_modules() {
    modules=$PWD/build/$1/node_modules
    # What npm installs stays for the next time, until another version is asked for.
    ! cmp -s "test/$1/package-lock.json" "build/$1/installed" || return 0
    if [[ -z ${NPM_REQUIRED:-} ]] && ! npm ping --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=20000 &>/dev/null; then
        left_out "$2" "the registry of npm cannot be reached: $(npm config get registry)"
        return 1
    fi
    mkdir -p "build/$1"
    cp "test/$1/package.json" "test/$1/package-lock.json" "build/$1/"
    # Not `npm ci` throughout: a lock file cannot name binaries for all machines, and it insists.
    npm install --prefix "build/$1" --no-save --loglevel=error --no-audit --no-fund --ignore-scripts >/dev/null || exit
    cp "test/$1/package-lock.json" "build/$1/installed"
}
