"""The same pairs of files for recordlinkage and splink, set up as their documentation begins, without our rules.

Both get our texts in lower case, and the email that a person would choose on either side. What they call a match (a
probability of at least a half) is taken for what they would apply.
"""

import warnings
from time import perf_counter

import pandas as pd

from benchmarks.matching_data import PairOfFiles

COLUMNS = ("app", "email", "company", "country", "start", "end", "tier")
"""What licenses are compared by."""


def measure_peers(files: PairOfFiles) -> None:
    """Match the files with both, and print what came of it."""
    ours, theirs = our_frame(files), their_frame(files)
    for name, match in (("recordlinkage", with_recordlinkage), ("splink", with_splink)):
        start = perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pairs = match(ours, theirs)
        seconds = perf_counter() - start
        best = pairs.sort_values("probability", ascending=False)
        best = best.drop_duplicates("license_key").drop_duplicates("id")
        applied = best[best["probability"] >= 0.5]
        is_true = applied["license_key"].map(files.truth) == applied["id"]
        all_pairs = set(zip(pairs["license_key"], pairs["id"], strict=True))
        share = len(all_pairs & set(files.truth.items())) / len(files.truth)
        recall = is_true.sum() / len(files.truth)
        print(
            f"{name}, {len(ours):,} licenses: {seconds:.1f} s, {len(pairs):,} pairs, with the true one {share:.2%}, "
            f"applied {len(applied):,}, precision {is_true.mean():.2%}, recall {recall:.2%}"
        )


def our_frame(files: PairOfFiles) -> pd.DataFrame:
    """Our licenses in the columns that both compare."""
    rows = pd.DataFrame(files.ours)
    email = rows["myatlassian_email"].where(rows["myatlassian_email"] != "", rows["contact_email"])
    columns = {
        "unique_id": rows["license_key"],
        "app": rows["product"],
        "email": email.str.lower(),
        "company": rows["company"].str.lower(),
        "country": rows["country"],
        "start": rows["start"].astype(str),
        "end": rows["end"].astype(str),
        "tier": rows["host_tier"].map("{:.0f} users".format),
    }
    return pd.DataFrame(columns).replace({"": None})


def their_frame(files: PairOfFiles) -> pd.DataFrame:
    """Marketplace's licenses in the same columns."""
    codes = {"Germany": "DE", "United States": "US", "United Kingdom": "GB", "France": "FR", "Netherlands": "NL"}
    rows = pd.DataFrame(files.theirs).fillna("").replace({"RTBF": ""})
    email = rows["technicalContactEmail"].where(rows["technicalContactEmail"] != "", rows["billingContactEmail"])
    is_jira = rows["addonKey"].str.contains("jira")
    columns = {
        "unique_id": rows["licenseId"],
        "app": is_jira.map({True: "jira", False: "confluence"}),
        "email": email.str.lower(),
        "company": rows["company"].str.lower(),
        "country": rows["country"].map(codes).fillna("JP"),
        "start": rows["maintenanceStartDate"],
        "end": rows["maintenanceEndDate"],
        "tier": rows["tier"].str.lower(),
    }
    return pd.DataFrame(columns).replace({"": None})


def with_recordlinkage(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Blocks by email and by company, edit distances for texts, and the ECM classifier, which needs no training."""
    import recordlinkage

    our_rows, right = ours.set_index("unique_id"), theirs.set_index("unique_id")
    index = recordlinkage.Index()
    index.block(["app", "email"])
    index.block(["app", "company"])
    pairs = index.index(our_rows, right)
    compare = recordlinkage.Compare()
    for column in ("email", "company"):
        compare.string(column, column, method="levenshtein", threshold=0.85, label=column)
    for column in ("country", "start", "end", "tier"):
        compare.exact(column, column, label=column)
    features = compare.compute(pairs, our_rows, right)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    probability = classifier.prob(features).to_numpy()
    keys, ids = features.index.get_level_values(0), features.index.get_level_values(1)
    return pd.DataFrame({"license_key": keys, "id": ids, "probability": probability})


def with_splink(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Its own comparisons of emails, names and dates, parameters estimated as in its tutorial."""
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[block_on("app", "email"), block_on("app", "company")],
        comparisons=[
            comparisons.EmailComparison("email"),
            comparisons.JaroWinklerAtThresholds("company").configure(term_frequency_adjustments=True),
            *(comparisons.ExactMatch(column) for column in ("country", "start", "end", "tier")),
        ],
    )
    database = DuckDBAPI()
    linker = Linker([database.register(ours), database.register(theirs)], settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("app", "email", "start")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("app", "email"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("app", "company"))
    pairs = linker.inference.predict().as_pandas_dataframe()
    is_ours = pairs["unique_id_l"].str.startswith("BMQ")
    return pd.DataFrame(
        {
            "license_key": pairs["unique_id_l"].where(is_ours, pairs["unique_id_r"]),
            "id": pairs["unique_id_r"].where(is_ours, pairs["unique_id_l"]),
            "probability": pairs["match_probability"],
        }
    )
