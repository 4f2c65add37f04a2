# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# pinwarden_source_date(SOURCE_DIR OUT): the time that all in a package has, in
# seconds since 1970: SOURCE_DATE_EPOCH if that is set, else that of the last
# commit, else (an archive of a release) that of the changelog.
function(pinwarden_source_date source_dir out)
  set(epoch "$ENV{SOURCE_DATE_EPOCH}")
  if(NOT epoch MATCHES "^[0-9]+$")
    execute_process(COMMAND git -C ${source_dir} log -1 --format=%ct
      OUTPUT_VARIABLE epoch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(NOT epoch MATCHES "^[0-9]+$")
    file(TIMESTAMP ${source_dir}/CHANGELOG.md epoch "%s" UTC)
  endif()
  set(${out} ${epoch} PARENT_SCOPE)
endfunction()
