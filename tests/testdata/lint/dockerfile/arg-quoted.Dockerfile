ARG BASE="debian:12.5.0" OTHER='ubuntu'
FROM "${BASE}"
FROM $OTHER
