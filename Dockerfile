# The dashboard in a container, not as root, with a file system that is read-only but for two folders:
#   docker build -t fashion-mnist .
#   docker run --init --read-only -p 8501:8501 -v fashion-mnist-runs:/runs -v fashion-mnist-cache:/cache fashion-mnist
# Not yet tried with a container engine. Settings: docs/server.md.
FROM python:3.12-slim

RUN useradd learner && mkdir /app /runs /cache && chown learner /app /runs /cache
USER learner
WORKDIR /app
COPY --chown=learner . .
RUN python3 -m venv .venv && .venv/bin/pip install -r requirements.txt -c constraints.txt

# Everything that is written goes into one of these two; TensorFlow needs a temporary folder to start at all.
ENV FMNIST_RUNS_DIR=/runs FMNIST_CACHE_DIR=/cache TMPDIR=/cache HOME=/cache
VOLUME ["/runs", "/cache"]

EXPOSE 8501
HEALTHCHECK CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health')"]
CMD [".venv/bin/streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
