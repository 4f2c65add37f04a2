FROM nginx:${TAG}
