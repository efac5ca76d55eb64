# A stream application of this repository, ready to run:
#
#   docker build --build-arg EXAMPLE=card-auth-window --tag millrace/card-auth-window .
#   docker run --init --env BROKERS=host:9092 --publish 8080:8080 --volume state:/var/lib/millrace millrace/card-auth-window

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/tmp/npm npm install --no-save --ignore-scripts --cache /tmp/npm
RUN node scripts/build.ts
# The one application with what it needs at run time, compiled: no sources, no tools.
ARG EXAMPLE=card-auth-window
RUN --mount=type=cache,target=/tmp/npm rm -rf node_modules packages/*/src examples/*/src \
  && npm install --no-save --ignore-scripts --cache /tmp/npm --omit=dev --workspace "examples/${EXAMPLE}"

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HTTP_PORT=8080 STATE_DIRECTORY=/var/lib/millrace
RUN mkdir -p /var/lib/millrace && chown node:node /var/lib/millrace
ARG EXAMPLE=card-auth-window
WORKDIR /app/examples/${EXAMPLE}
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/packages /app/packages
COPY --from=build /app/examples/${EXAMPLE} /app/examples/${EXAMPLE}
USER node
# State of stores; losing it costs a restoration from the changelogs.
VOLUME /var/lib/millrace
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/app/packages/service/dist/node/health-check.js"]
CMD ["node", "dist/service.js"]
