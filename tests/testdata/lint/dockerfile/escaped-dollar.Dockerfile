FROM nginx:\$TAG
