"""How well and how fast licenses are matched with Marketplace's, on invented files of which the truth is known.

`python -m benchmarks.matching [--licenses N] [--seed N] [--peers] [--out FOLDER]` prints the precision of what would be
applied without a person, the recall of certain and strong matches, the share of true pairs among the candidates, the
seconds and the memory. `--peers` does the same with recordlinkage and splink as their documentation begins, on at most
`--peer-licenses` licenses.
"""

import argparse
import resource
import tempfile
from pathlib import Path
from time import perf_counter

import pyarrow as pa

from benchmarks.matching_data import PairOfFiles, generate, write_files
from lib.domain.mail_domains import WELL_KNOWN
from lib.marketplace.export import read_export
from lib.matching.blocking import candidates
from lib.matching.confidence import Confidence
from lib.matching.match import is_automatic, match
from lib.matching.sides import OUR_COLUMNS, prepare


def main() -> None:
    """Print what is measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--licenses", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peer-licenses", type=int, default=5_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    files = generate(options.licenses, options.seed)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        write_files(files, options.out)
    measure(files)
    if options.peers:
        from benchmarks.matching_peers import measure_peers

        measure_peers(generate(min(options.licenses, options.peer_licenses), options.seed))


def measure(files: PairOfFiles) -> None:
    """Match the files, and print what came of it."""
    ours, content = our_table(files), marketplace_file(files)
    before = memory()
    start = perf_counter()
    theirs = read_export(content, "marketplace.csv").licenses
    read_at = perf_counter()
    matches = match(ours, theirs)
    done = perf_counter()
    print(f"{len(ours):,} licenses of ours, {len(theirs):,} of Marketplace's, {len(files.truth):,} of them ours")
    print(
        f"read in {read_at - start:.1f} s, matched in {done - read_at:.1f} s, {memory() - before:,} MB more than before"
    )
    print(f"{matches.candidates:,} pairs compared; with the true one: {candidate_share(ours, theirs, files):.2%}")
    proposals = matches.proposals
    is_true = proposals["license_key"].map(files.truth) == proposals["id"]
    is_sure = proposals["confidence"].isin([Confidence.CERTAIN, Confidence.STRONG])
    automatic = is_automatic(proposals, Confidence.STRONG)
    print(f"applied without a person: {automatic.sum():,}, precision {is_true[automatic].mean():.3%}")
    print(f"certain and strong: {is_sure.sum():,}, recall {(is_true & is_sure).sum() / len(files.truth):.2%}")
    print(f"all proposals: {len(proposals):,}, recall {is_true.sum() / len(files.truth):.2%}")
    for confidence, group in proposals.assign(is_true=is_true).groupby("confidence"):
        print(f"  {confidence}: {len(group):,}, right {group['is_true'].mean():.2%}")


def candidate_share(ours: pa.Table, theirs: pa.Table, files: PairOfFiles) -> float:
    """The share of true pairs that are compared at all."""
    sides = prepare(ours, theirs, WELL_KNOWN)
    pairs = candidates(sides)
    keys, ids = ours["license_key"].to_numpy(), theirs["id"].to_numpy()
    partner = {key: number for number, key in enumerate(ids)}
    expected = {row * len(ids) + partner[files.truth[key]] for row, key in enumerate(keys) if key in files.truth}
    return len(expected.intersection((pairs.ours * len(ids) + pairs.theirs).tolist())) / len(expected)


def our_table(files: PairOfFiles) -> pa.Table:
    """Our licenses as they are matched."""
    types = {"editors": pa.int32(), "host_tier": pa.int32()} | dict.fromkeys(
        ("start", "end", "submitted_on"), pa.date32()
    )
    columns = {name: [row[name] for row in files.ours] for name in OUR_COLUMNS}
    return pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})


def marketplace_file(files: PairOfFiles) -> bytes:
    """Marketplace's export."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(files, Path(folder))
        return (Path(folder) / "marketplace.csv").read_bytes()


def memory() -> int:
    """The most memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
