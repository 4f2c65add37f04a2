ARG TAG=1.27.3
FROM nginx:${TAG
FROM nginx:${TAG:=1}
