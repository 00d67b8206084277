# The dashboard in a container, not as root, with a file system that is read-only but for two folders:
#   docker build -t fashion-mnist .
#   docker run --init --read-only -p 127.0.0.1:8501:8501 -v fashion-mnist-runs:/runs -v fashion-mnist-cache:/cache fashion-mnist
# Only this computer reaches it; -p 8501:8501 lets others in. Not yet tried with a container engine. Settings, and how to
# hold the image below to one digest: docs/server.md.
ARG BASE=python:3.12-slim
FROM ${BASE}

RUN useradd learner && mkdir /app /runs /cache && chown learner /app /runs /cache
USER learner
WORKDIR /app
# Before the program is copied: a change of it then installs nothing anew. Each package must be the file it was when the
# list was made, and none runs code while it is installed.
COPY --chown=learner requirements-image.txt .
RUN python3 -m venv .venv && .venv/bin/pip install --require-hashes --only-binary :all: -r requirements-image.txt
COPY --chown=learner . .

# Everything that is written goes into one of these two; TensorFlow needs a temporary folder to start at all.
ENV FMNIST_RUNS_DIR=/runs FMNIST_CACHE_DIR=/cache TMPDIR=/cache HOME=/cache
VOLUME ["/runs", "/cache"]

EXPOSE 8501
HEALTHCHECK CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health')"]
CMD [".venv/bin/streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
