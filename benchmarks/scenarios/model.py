# SPDX-License-Identifier: Apache-2.0
"""A scikit-learn forest is broadcast and predicts for 200 partitions of 500 rows, from the first import on.

The floor: the same predictions in one bare process that has the model, shared by the slots.
"""

from common import (
    QUICK,
    SLOTS,
    Metric,
    context,
    same,
    scenario,
    start_dask,
    start_loky,
    start_ray,
    tell,
    timed,
)

METRICS = [Metric("predict", "broadcast scikit-learn model, 200 tasks", times=1)]
PARTITIONS = 20 if QUICK else 200
ROWS = 500


def forest():
    import numpy
    from sklearn.ensemble import RandomForestClassifier

    rows = numpy.random.default_rng(7).random((2000, 8))
    return RandomForestClassifier(n_estimators=40, random_state=7).fit(rows, rows.sum(axis=1) > 4)


def main():
    model = forest()
    sc = context()
    sc.parallelize([1], 1).count()

    def predict(index, _):
        import numpy

        rows = numpy.random.default_rng(index).random((ROWS, 8))
        return [int(shared.value.predict(rows).sum())]

    def job():
        answers.extend(
            sc.parallelize(range(PARTITIONS), PARTITIONS).mapPartitionsWithIndex(predict).collect()
        )

    answers = []
    shared = sc.broadcast(model)
    tell(predict=timed(job))
    assert len(answers) == PARTITIONS
    # The last too, so that a worker that drew another model's answer would be seen.
    assert [answers[0], answers[-1]] == [predict(0, ())[0], predict(PARTITIONS - 1, ())[0]]
    sc.stop()


def predicted(model, index):
    import numpy

    return int(model.predict(numpy.random.default_rng(index).random((ROWS, 8))).sum())


def checked(model, answers):
    assert len(answers) == PARTITIONS
    assert [answers[0], answers[-1]] == [predicted(model, 0), predicted(model, PARTITIONS - 1)]


def floor():
    import numpy

    model = forest()

    def job():
        for index in range(PARTITIONS):
            model.predict(numpy.random.default_rng(index).random((ROWS, 8)))

    tell(predict=timed(job) / SLOTS)


def ray():
    ray, model, answers = start_ray(), forest(), []
    ray.get(ray.remote(same).remote(1))
    task, shared = ray.remote(predicted), ray.put(model)

    def job():
        answers.extend(ray.get([task.remote(shared, index) for index in range(PARTITIONS)]))

    tell(predict=timed(job))
    checked(model, answers)


def dask():
    model, answers = forest(), []
    with start_dask() as client:
        client.submit(same, 1).result()

        def job():
            # Within the clock, since its workers import what the model needs when it comes.
            shared = client.scatter(model, broadcast=True, hash=False)
            answers.extend(
                client.gather([client.submit(predicted, shared, index) for index in range(PARTITIONS)])
            )

        tell(predict=timed(job))
    checked(model, answers)


def loky():
    model, answers = forest(), []
    executor = start_loky()
    executor.submit(same, 1).result()

    def job():
        answers.extend(executor.map(predicted, [model] * PARTITIONS, range(PARTITIONS)))

    tell(predict=timed(job))
    checked(model, answers)


if __name__ == "__main__":
    scenario(globals())
