#!/bin/sh
# The rules of the house as tests.
exec sh "$(dirname "$0")/lint.sh"
