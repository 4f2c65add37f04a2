FROM node:latest
FROM debian:stable
