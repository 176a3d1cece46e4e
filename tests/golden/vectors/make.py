"""Mints reference vectors, principal components and clusters with scikit-learn.

Run: python make.py > golden.json        Needs: scikit-learn.

`documents` are the texts, `words` the columns, `rows` the TF-IDF values by word (smoothed, of length 1), `places` (N, 2)
the first two principal components, each with its largest weight positive, `explained` their shares of the variance,
`inertia` the least sum of squared distances that 100 starts of k-means with 4 clusters found.
"""
import json
import random
import sys

import numpy
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

TOPICS = [
    "goal match team player coach ball win cup".split(),
    "rain wind storm cloud sun cold forecast snow".split(),
    "bank price market share trade profit money cup".split(),
    "bread soup oven salt pan recipe ball cold".split(),
]
COMMON = "the a of and in today don't it's".split()

random.seed(4)
documents = []
for number in range(80):
    topic = TOPICS[number % 4 if number < 60 else 0]
    words = random.choices(topic, k=random.randint(3, 9)) + random.choices(COMMON, k=random.randint(1, 5))
    random.shuffle(words)
    documents.append(" ".join(words).capitalize() + ".")

vectorizer = TfidfVectorizer(token_pattern=r"\w+(?:'\w+)?")
matrix = vectorizer.fit_transform(documents)
words = vectorizer.get_feature_names_out().tolist()
rows = [{words[c]: float(v) for c, v in zip(row.indices, row.data)} for row in matrix]

dense = matrix.toarray()
pca = PCA(n_components=2, svd_solver="full").fit(dense)
places = pca.transform(dense)
for axis in range(2):
    weights = pca.components_[axis]
    places[:, axis] *= numpy.sign(weights[numpy.argmax(numpy.abs(weights))])

json.dump(
    {
        "documents": documents,
        "words": words,
        "rows": rows,
        "places": places.tolist(),
        "explained": pca.explained_variance_ratio_.tolist(),
        "inertia": float(KMeans(4, n_init=100, random_state=1).fit(dense).inertia_),
    },
    sys.stdout,
    indent=0,
)
