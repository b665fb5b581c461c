"""Who is measured, with which command, on how many cores and over which generated charts."""

import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PERIOD", "QUESTION", "ROOT", "WORK", "Contender", "abstracting", "cohort_contenders"]

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "benchmarks" / ".work"
QUESTION = ROOT / "benchmarks" / "question.toml"
PERIOD = "2022-01-01/2022-12-31"
_CODES = ROOT / "benchmarks" / "question.json"
_PEERS = ROOT / "benchmarks" / "peers"


@dataclass(frozen=True, slots=True)
class Contender:
    """`export` is the folder that it reads, of so many `patients`; `yardstick`: ratios are to this one."""

    name: str
    words: tuple[str, ...]
    export: Path
    patients: int
    cwd: Path = ROOT
    cores: int = 1
    yardstick: bool = False


def cohort_contenders(export: Path, patients: int, few: Path, few_patients: int) -> list[Contender]:
    """The cohort question; what takes many minutes for all is asked of the few."""
    python, npm = sys.executable, WORK / "npm"
    venv = str(WORK / "venv" / "bin" / "python")

    def node(script: str, folder: Path, *more: str) -> tuple[str, ...]:
        words = ("node", "--max-old-space-size=6000", str(_PEERS / script), str(folder), str(_CODES))
        return (*words, *more)

    def duckdb(threads: int) -> tuple[str, ...]:
        return (venv, str(_PEERS / "duckdb_sql.py"), str(export), str(_CODES), str(threads))

    together, apart = node("cql_exec.js", export, "together"), node("cql_exec.js", export, "apart")
    validating = (python, str(_PEERS / "full_validation.py"), str(few), str(_CODES))
    ours = (python, "-m", "abstractor", "cohort", str(QUESTION), str(export))
    return [
        Contender("abstractor cohort", ours, export, patients),
        Contender("cql-execution, tuned", apart, export, patients, npm, yardstick=True),
        Contender("cql-execution, as its manual has it", together, export, patients, npm),
        Contender("cql-execution, tuned, two cores", apart, export, patients, npm, cores=2),
        Contender("fqm-execution", node("fqm_exec.js", few), few, few_patients, npm),
        Contender("DuckDB SQL", duckdb(1), export, patients),
        Contender("DuckDB SQL, two cores", duckdb(2), export, patients, cores=2),
        Contender("fhir.resources, every resource validated", validating, few, few_patients),
    ]


def abstracting(export: Path, patients: int, *, workers: int) -> Contender:
    """Whole abstracts: inclusion, lines, every rule, evidence; as many cores as workers."""
    words = (sys.executable, "-m", "abstractor", "abstract", str(export), "--period", PERIOD)
    name = f"abstractor abstract, {workers} worker{'s' if workers > 1 else ''}"
    return Contender(name, (*words, "--workers", str(workers)), export, patients, cores=workers)
