import sys

from distributed import Client, LocalCluster

from measure import PAYLOAD, measure


def echo(number):
    return PAYLOAD


if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        measure("Dask distributed", "no", int(sys.argv[1]),
                lambda: client.gather(client.map(echo, range(1000), pure=False)), lambda: client.submit(echo, 0, pure=False).result())
