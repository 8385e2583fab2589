#!/usr/bin/env bash
# Installs the system packages that the build needs and the machine lacks. Only those, and says so.
# usage: setup.sh [tests]   with "tests" also what only the tests need: a browser and its driver, a reader of
#        QR images, the languages of the README's snippets, tools in Python
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v swift >/dev/null 2>&1; then
    echo "Swift is missing. Install Swift 6.2 or later from https://www.swift.org/install, then run make again." >&2
    exit 1
fi

tests=${1:-}

packages() {
    missing=()
    case "$(uname -s)" in
    Linux)
        # What is needed : how to see that it is there.
        [ -e /usr/include/sqlite3.h ] || missing+=(libsqlite3-dev)
        [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
        [ -e /usr/include/qrencode.h ] || missing+=(libqrencode-dev)
        [ -e /usr/include/png.h ] || missing+=(libpng-dev)
        pkg-config --exists libcurl 2>/dev/null || missing+=(libcurl4-openssl-dev)
        command -v pkg-config >/dev/null 2>&1 || missing+=(pkg-config)
        command -v openssl >/dev/null 2>&1 || missing+=(openssl)
        command -v curl >/dev/null 2>&1 || missing+=(curl)
        if [ "$tests" = tests ]; then
            [ -x /usr/bin/chromium ] || missing+=(chromium)
            [ -x /usr/bin/chromedriver ] || missing+=(chromium-driver)
            # What the README's snippets and the example shop are written in.
            command -v php >/dev/null 2>&1 || missing+=(php-cli)
            command -v python3 >/dev/null 2>&1 || missing+=(python3)
            command -v node >/dev/null 2>&1 || missing+=(nodejs)
            command -v zbarimg >/dev/null 2>&1 || missing+=(zbar-tools)
            python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)
        fi
        [ ${#missing[@]} -eq 0 ] && return 0
        if ! command -v apt-get >/dev/null 2>&1; then
            echo "Please install with your package manager: ${missing[*]} (names as in Debian)." >&2
            exit 1
        fi
        echo "Installing what is missing: ${missing[*]}"
        as_root=()
        [ "$(id -u)" -eq 0 ] || as_root=(sudo)
        "${as_root[@]}" apt-get update -qq
        DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
        ;;
    Darwin)
        command -v pkg-config >/dev/null 2>&1 || missing+=(pkg-config)
        # Homebrew's folder differs between the two kinds of Mac.
        for library in qrencode.h:qrencode png.h:libpng; do
            [ -e "/opt/homebrew/include/${library%%:*}" ] || [ -e "/usr/local/include/${library%%:*}" ] ||
                missing+=("${library##*:}")
        done
        casks=()
        if [ "$tests" = tests ]; then
            [ -d /Applications/Chromium.app ] || [ -d "/Applications/Google Chrome.app" ] || casks+=(chromium)
            command -v chromedriver >/dev/null 2>&1 || casks+=(chromedriver)
            command -v php >/dev/null 2>&1 || missing+=(php)
            command -v python3 >/dev/null 2>&1 || missing+=(python3)
            command -v node >/dev/null 2>&1 || missing+=(node)
            command -v zbarimg >/dev/null 2>&1 || missing+=(zbar)
        fi
        [ ${#missing[@]} -eq 0 ] && [ ${#casks[@]} -eq 0 ] && return 0
        if ! command -v brew >/dev/null 2>&1; then
            echo "Please install Homebrew (https://brew.sh), or by hand: ${missing[*]-} ${casks[*]-}" >&2
            exit 1
        fi
        echo "Installing what is missing: ${missing[*]-} ${casks[*]-}"
        [ ${#missing[@]} -eq 0 ] || brew install "${missing[@]}"
        [ ${#casks[@]} -eq 0 ] || brew install --cask "${casks[@]}"
        ;;
    *)
        echo "This system is not known to the set-up. Install SQLite 3, libqrencode, libpng and libcurl with their headers." >&2
        ;;
    esac
}

# Tools in Python, in a folder of their own; anew when the list of them changes.
python_tools() {
    local folder=.build/python list=Tests/requirements.txt
    cmp -s "$list" "$folder/installed.txt" && return 0
    echo "Installing the tools of $list into $folder"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$list"
    cp "$list" "$folder/installed.txt"
}

packages
[ "$tests" != tests ] || python_tools
