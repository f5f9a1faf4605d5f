#!/bin/sh
# Builds helm and kustomize as Go modules, for the tests of patches: outside the
# source tree, once. tests/tools/patch-tools.sh [FOLDER]
set -eu
to=${1:-${DRYSCALE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/dryscale/tools}}
mkdir -p "$to"
cd "$to"
export GOBIN="$to" GOFLAGS=-modcacherw
[ -x kustomize ] || go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
[ -x helm ] || go install helm.sh/helm/v3/cmd/helm@latest
echo "$to: helm, kustomize"
