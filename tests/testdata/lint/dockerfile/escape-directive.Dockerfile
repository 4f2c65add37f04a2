# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 `
  AS base
COPY site c:\
FROM base
