# syntax=docker/dockerfile:1
FROM nginx:1.27.3
