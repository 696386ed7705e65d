# syntax=docker/dockerfile:1
# One static program and nothing else: no shell, no libraries, no user but nobody.
#
#   docker build --tag grantlint .
#   docker run --rm --network none --volume "$PWD:/data:ro" grantlint check exports/

FROM rust:1.95.0-slim-bookworm AS build
# The toolchain of the image, not one to be fetched.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /source
COPY Cargo.toml Cargo.lock build.rs ./
COPY rules rules
COPY src src
# The manifest names them; they are not built.
COPY benches benches
# glibc and not musl, whose allocator makes threads wait for each other. A target must be named, so
# that build scripts are not linked statically too. What asks for a loader is not static.
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN target="$(rustc --print host-tuple)" \
    && RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --target "$target" \
    && cp "target/$target/release/grantlint" /grantlint \
    && ! readelf --wide --program-headers /grantlint | grep INTERP

FROM scratch
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="grantlint" \
      org.opencontainers.image.description="Audits exported OAuth clients, for Genesys Cloud" \
      org.opencontainers.image.source="https://github.com/grantlint/grantlint" \
      org.opencontainers.image.documentation="https://github.com/grantlint/grantlint/tree/main/docs" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /grantlint /grantlint
USER 65534:65534
WORKDIR /data
ENTRYPOINT ["/grantlint"]
CMD ["--help"]
