"""Documents of earlier versions, brought to the present form before they are read."""

from __future__ import annotations

from typing import Any

from morphstudio.app.record_codec import KIND

_LENGTHS = ("alpha_chi", "alpha")


def migrated(tree: Any) -> Any:
    """Return a document's plain data with models as they are written now.

    Up to schema 7 a model's fields held the α of their Gaussian covariances
    themselves.
    """
    if isinstance(tree, list):
        return [migrated(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    out = {key: migrated(item) for key, item in tree.items()}
    if out.get(KIND) == "ExcursionSet" and "covariances" not in out:
        alphas = [field.pop(name) for field in out["fields"] for name in _LENGTHS]
        alphas.append(out["common"].pop("alpha_chi_common"))
        out["covariances"] = [{KIND: "Covariance", "family": "gaussian", "values": [alpha]} for alpha in alphas]
    return out
