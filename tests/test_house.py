"""Rules for imports, names and messages; docs/architecture.md lists the components."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import transcript_bridge
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.problems import CODES

PACKAGE = Path(transcript_bridge.__file__).parent
# From the bottom up: a component may import those of its own layer and of the layers below.
LAYERS = (
    {
        "errors",
        "extras",
        "calendar_words",
        "language_codes",
        "quantities",
        "timecode",
        "models",
        "problems",
        "gc_pause",
        "line_joining",
        "sentences",
        "sounds",
        "unnamed",
        "path_patterns",
        "arguments",
        "regular_files",
        "sqlite_files",
        "on_demand",
        "limits",
        "wire",
        "object_stores",
        "settings_places",
        "server_place",
    },
    {"formats"},
    {"shaping"},
    {"dating", "languages"},
    {"options"},
    {"reading"},
    {"turns_file"},
    {"pipeline"},
    {"testing", "label_decisions"},
    {"pipes"},
    {"request_models", "inputs", "parts"},
    {"opening"},
    {"config"},
    {"transfer"},
    {"omi"},  # above it: the engine knows a server only by its Destination protocol
    {"archive"},
    {"report"},
    {"workspace"},
    {"uploading"},
    {"review", "serve"},
    {"cli"},
)
PRINTS = re.compile(
    r"click\.(?:echo|secho|confirm)\(|(?<![.\w])(?<!def )print\(|std(?:out|err)\.write\("
)
TWICE = re.compile(r"\b([A-Za-z]{2,}) \1\b")
LONGEST_NAME = 300
# A library, and the only components that may import it.
IMPORTERS = {
    "pydantic": {"wire", "omi"},  # omi: the bodies of the sandbox
    "httpx": {"omi"},
    "httpcore": {"omi"},
    "sqlalchemy": {"transfer"},
    "click": {"cli"},
    "rich": {"cli"},
    "platformdirs": {"workspace"},
    "keyring": {"workspace"},
    "tomlkit": {"workspace"},
    "tzlocal": {"dating"},
    "fastapi": {"omi", "review"},
    "starlette": {"omi", "review"},
    "uvicorn": {"omi", "review"},
    "prometheus_client": {"serve"},
    "procrastinate": {"serve"},
    "psycopg": {"serve"},
    "pysrt": {"formats"},
    "webvtt": {"formats"},
    "charset_normalizer": {"formats"},
    "fsspec": {"object_stores"},
    "s3fs": {"object_stores"},
    "distributed": {"archive"},
    "dask": {"archive"},
}
PROJECTS = {
    "docx": "python-docx",
    "pyannote": "pyannote.database",
    "webvtt": "webvtt-py",
    "yaml": "pyyaml",
}
"""The names of packages on the index that differ from the names of their modules."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def component_of(module: str) -> str:
    return module.split(".")[0]


@cache
def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def imports_of(path: Path) -> list[tuple[ast.stmt, str, bool]]:
    """(statement, absolute name, is it inside a function) of every import in a file."""
    package = ["transcript_bridge", *path.relative_to(PACKAGE).parent.parts]
    found = []
    for node, inside in find_imports(ast.parse(read(path)), inside=False):
        if isinstance(node, ast.Import):
            found += [(node, alias.name, inside) for alias in node.names]
            continue
        base = package[: len(package) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        names = [module] if node.module else [f"{module}.{alias.name}" for alias in node.names]
        found += [(node, name, inside) for name in names]
    return found


def find_imports(
    tree: ast.AST, *, inside: bool
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The imports among the statements of a tree. Expressions, most of a tree, have none.

    inside: in a function.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, inside
        elif not isinstance(node, ast.expr):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from find_imports(node, inside=inside or is_function)


def layer_of(component: str) -> int:
    return next(n for n, layer in enumerate(LAYERS) if component in layer)


@pytest.mark.untraced
def test_imports_go_down_only() -> None:
    for path in MODULES:
        component = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if component in ("__init__", "__main__"):
            continue
        for node, name, inside in imports_of(path):
            where = f"{path}:{node.lineno}"
            if name.startswith("transcript_bridge"):
                check_own_import(where, component, name, inside=inside)
            else:
                library = name.split(".")[0]
                importers = IMPORTERS.get(library, {component})
                assert component in importers, f"{where} {library} is not for {component}"


TOOLS = ("benchmarks", "fuzz", "tests")
OWN_MODULES = {*TOOLS, "archive", "transcript-bridge-tapelog"}
"""Names with hyphens that tools import from each other."""
OTHERWISE_INSTALLED = {"atheris", "whisperx"}
"""See fuzz/README.md and benchmarks/requirements-diarization.txt."""


def test_every_library_that_is_imported_is_declared() -> None:
    """A package that only another library installs may be missing with its next version."""
    project = read_project()["project"]
    declared = names_of(project["dependencies"], *project["optional-dependencies"].values())
    names = [name for path in MODULES for _, name, _ in imports_of(path)]
    assert projects_of(names) - declared == set(), "add these to pyproject.toml"


@pytest.mark.untraced
def test_every_library_that_only_tools_import_is_declared() -> None:
    """In pyproject.toml, or for a benchmark in its requirements-*.txt."""
    root = PACKAGE.parent
    project = read_project()
    groups = project["dependency-groups"].values()
    listed = [*project["project"]["optional-dependencies"].values(), *groups]
    for path in sorted((root / "benchmarks").glob("requirements-*.txt")):
        listed.append(read(path).splitlines())
    declared = names_of(project["project"]["dependencies"], *listed) | OTHERWISE_INSTALLED
    names = []
    for path in chain.from_iterable((root / folder).rglob("*.py") for folder in TOOLS):
        for node, _ in find_imports(ast.parse(read(path)), inside=False):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif node.module and not node.level:
                names.append(node.module)
    missing = projects_of(names) - declared - OWN_MODULES
    assert missing == set(), "add these to pyproject.toml, or to the requirements of a benchmark"


def read_project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))


def names_of(*listed: Iterable[object]) -> set[str]:
    """The projects of lists of requirements; entries that include another list are ignored."""
    wanted = [line for lines in listed for line in lines if isinstance(line, str)]
    return {re.split(r"[\[<>=; ]", line)[0] for line in wanted}


def projects_of(modules: Iterable[str]) -> set[str]:
    """The projects that have these modules, without Python's own and this one."""
    found = {name.split(".")[0] for name in modules}
    libraries = found - sys.stdlib_module_names - {PACKAGE.name}
    return {PROJECTS.get(name, name.replace("_", "-")) for name in libraries}


def check_own_import(where: str, component: str, name: str, *, inside: bool) -> None:
    """inside: in a function."""
    other = component_of(name.removeprefix("transcript_bridge").lstrip("."))
    if other in ("", "__version__"):
        return
    assert layer_of(other) <= layer_of(component), (
        f"{where} {component} imports {other}, which is above it"
    )
    assert not inside or component == "cli", f"{where} imports its own package inside a function"


def test_what_is_imported_on_demand_is_in_the_same_package() -> None:
    """`on_demand(__name__, "write", "render")` is an import that the other tests do not see."""
    for path in MODULES:
        if "on_demand(" not in read(path):
            continue
        for call in ast.walk(ast.parse(read(path))):
            is_on_demand = isinstance(call, ast.Call) and ast.unparse(call.func) == "on_demand"
            if not is_on_demand:
                continue
            package, module, function = call.args
            own = "__name__" if path.name == "__init__.py" else "__package__"
            where = f"{path}:{call.lineno}"
            assert ast.unparse(package) == own, where
            source = (path.parent / f"{ast.literal_eval(module)}.py").read_text(encoding="utf-8")
            assert f"\ndef {ast.literal_eval(function)}(" in source, where


def test_the_architecture_page_has_every_component() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    _base, *layers_above = LAYERS
    missing = [
        component
        for layer in layers_above
        for component in sorted(layer)
        if f"`{component}" not in page
    ]
    assert missing == [], "give these a row in docs/architecture.md"


def test_the_docstring_of_a_package_lists_all_of_its_modules_or_none() -> None:
    """Of a format, its own docstring says what it reads: its modules need no list."""
    missing = []
    for path in PACKAGE.rglob("*/__init__.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        modules = {module.stem for module in path.parent.glob("*.py")} - {"__init__", "__main__"}
        modules |= {inner.parent.name for inner in path.parent.glob("*/__init__.py")}
        listed = {name for name in modules if re.search(rf"\b{name}\b", docstring)}
        if listed and "formats" not in path.parts:
            missing += [f"{path.parent.name}/{name}" for name in sorted(modules - listed)]
    assert missing == [], "name these in the docstring of the package"


# Whoever looks at the clock or the environment; everybody else gets them as data.
ENTRANCES = (
    "cli/",
    "opening.py",
    "workspace/this_machine.py",
    "transfer/clock.py",
    "omi/sandbox/",
)
LOOKING = re.compile(
    r"datetime\.now\(|\.today\(|time\.time\(|os\.environ|os\.getenv|Path\.home\(|Path\.cwd\("
)


def test_only_entrances_look_at_the_clock_and_the_environment() -> None:
    for path in MODULES:
        if path.relative_to(PACKAGE).as_posix().startswith(ENTRANCES):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            assert not LOOKING.search(line), (
                f"{path}:{number} {line.strip()}: take it as a parameter; only {ENTRANCES} look"
            )


def test_only_one_module_prints() -> None:
    """cli/output.py makes printable what comes from outside; call its functions instead."""
    printing = []
    for path in (PACKAGE / "cli").rglob("*.py"):
        if PRINTS.search(read(path)):
            printing.append(path.name)
    assert printing == ["output.py"], "print with the functions of cli/output.py"


def test_only_the_ledger_knows_sql_and_its_modules() -> None:
    ledger = PACKAGE / "transfer" / "ledger"
    for path in MODULES:
        if path.is_relative_to(ledger):
            continue
        for node, name, _ in imports_of(path):
            is_inner = name.startswith("transcript_bridge.transfer.ledger.")
            assert name.split(".")[0] != "sqlalchemy", f"{path}:{node.lineno}"
            assert not is_inner, f"{path}:{node.lineno} imports {name}, not the ledger's face"


def test_no_word_is_written_twice() -> None:
    """In messages, docstrings and comments."""
    twice = []
    for path in MODULES:
        for found in TWICE.finditer(read(path)):
            twice.append(f"{path}: {found[0]}")
    assert twice == []


@pytest.mark.untraced
def test_every_class_has_a_different_name() -> None:
    """A search for the name then finds the class. Omi's API names one, in both of its roles."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for name in re.findall(r"^ *class (\w+)", read(path), re.MULTILINE):
            places.setdefault(name, []).append(path.relative_to(PACKAGE).as_posix())
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert twice.keys() == {"TranscriptSegmentInput"}, f"rename classes: {twice}"


def test_every_problem_has_a_level_and_a_meaning() -> None:
    """The table has the level of each code."""
    unknown = []
    for path in MODULES:
        for code in re.findall(r'(?:\bProblem|log\.add)\(\s*"([^"]+)"', read(path)):
            if code not in CODES:
                unknown.append(f"{path}: {code}")
    assert unknown == [], "add them to CODES in problems.py"


@pytest.mark.parametrize("folder", ["shaping", "formats"])
def test_siblings_do_not_know_each_other(folder: str) -> None:
    """Modules beside the packages of formats are what several formats are built on."""
    modules = sorted((PACKAGE / folder).glob("*.py"))
    siblings = {path.stem for path in modules}
    if folder == "formats":
        modules = sorted((PACKAGE / folder).rglob("*.py"))
        siblings = {*BUILT_IN, "registry"}
    for path in modules:
        own = path.relative_to(PACKAGE / folder).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for node, name, _ in imports_of(path):
            prefix = f"transcript_bridge.{folder}."
            if name.startswith(prefix):
                imported = name.removeprefix(prefix).split(".")[0]
                is_sibling = imported in siblings - {own}
                assert not is_sibling, f"{path}:{node.lineno} imports {name}, a sibling"


def test_importing_the_package_is_cheap() -> None:
    heavy = "httpx|pydantic|sqlalchemy|click|fastapi|charset_normalizer|json|asyncio"
    code = (  # coverage, where it runs, has imported modules of its own before
        "import sys; earlier = set(sys.modules); import transcript_bridge;"
        f"print([m for m in '{heavy}'.split('|') if m in sys.modules and m not in earlier])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert found.strip() == "[]"


POSTGRES = "sqlalchemy.dialects.postgresql"
IMPORTS = """
import sys
from transcript_bridge.cli import cli
cli.main(sys.argv[2:], standalone_mode=False)
assert not set(sys.argv[1].split()) & set(sys.modules), set(sys.argv[1].split()) & set(sys.modules)
"""


def test_converting_a_well_formed_file_imports_what_it_needs(tmp_path: Path) -> None:
    """Each of these takes 1 to 20 ms to import; the whole command takes 80."""
    path = tmp_path / "call.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nAlice: Good morning.\n", encoding="utf-8")
    needless = (
        "formats.cues.markup formats.cues.rolling formats.cues.writing formats.srt.careful "
        "object_stores.contents object_stores.listing omi transfer workspace.credentials "
        "workspace.output_file"
    )
    own = [f"transcript_bridge.{name}" for name in needless.split()]
    run_without(["pydantic", "rich", "zipfile", *own], tmp_path, "convert", str(path))


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (["--version"], "transcript_bridge.options"),
        (["status"], f"httpx pydantic rich {POSTGRES} transcript_bridge.opening"),
        (["auth", "list"], "httpx pydantic rich sqlalchemy"),
    ],
)
def test_commands_that_ask_no_server_do_not_load_its_client(
    words: list[str], needless: str, tmp_path: Path
) -> None:
    """httpx and pydantic take as long to import as the rest of `status`."""
    run_without(needless.split(), tmp_path, *words)


def run_without(needless: list[str], home: Path, *words: str) -> None:
    """Run a command with a key, and assert that it has not loaded these modules."""
    variables = {"HOME": str(home), "OMI_API_KEY": "omi_dev_Imports"}
    call = [sys.executable, "-c", IMPORTS, " ".join(needless), *words]
    done = subprocess.run(call, env=variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


# ---- the limits of files and functions, as benchmarks/structure.py counts them

BRANCHES_PER_LINE = 0.28
"""radon's complexity over code lines, of the whole package. Lower it when the code allows it."""


@pytest.fixture(scope="module")
def structure() -> ModuleType:
    pytest.importorskip("radon")  # it is a tool of development only
    script = PACKAGE.parent / "benchmarks" / "structure.py"
    spec = importlib.util.spec_from_file_location("house_structure", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there for annotations
    spec.loader.exec_module(module)
    return module


@pytest.mark.untraced
def test_files_and_functions_are_short(structure: ModuleType) -> None:
    """The length of a function begins at `def`: the flags of a command, which are decorators, do
    not count, and its parameters and docstring do."""
    long_files = []
    long_functions = []
    for path in MODULES:
        name = path.relative_to(PACKAGE).as_posix()
        source = read(path)
        if len(source.splitlines()) > structure.LONG_FILE:
            long_files.append(name)
        for function, lines in structure.measure_functions(source):
            if lines > structure.LONG_FUNCTION:
                long_functions.append(f"{name} {function}: {lines} lines")
    assert long_files == [], f"longer than {structure.LONG_FILE} lines: move a part elsewhere"
    assert long_functions == [], f"longer than {structure.LONG_FUNCTION} lines: divide them"


@pytest.mark.slow
def test_functions_are_simple_and_do_not_fold_up_again(structure: ModuleType) -> None:
    complexities = []
    code_lines = 0
    for path in MODULES:
        counts = structure.count_files([path])
        name = path.relative_to(PACKAGE).as_posix()
        highest = max(counts.complexities, default=0)
        assert highest <= structure.TOO_COMPLEX, f"{name} has a function of complexity {highest}"
        complexities += counts.complexities
        code_lines += counts.code_lines
    branches = sum(complexities) / code_lines
    assert branches <= BRANCHES_PER_LINE, (
        f"{branches:.5f} branches a line; 'python benchmarks/structure.py .' counts them: simplify "
        "what you added, or another place"
    )


def test_every_public_name_is_there() -> None:
    for name in transcript_bridge.__all__:
        assert getattr(transcript_bridge, name) is not None


def test_the_public_surface_is_what_the_docs_say() -> None:
    text = (PACKAGE.parent / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [
        name
        for name in transcript_bridge.__all__
        if name != "__version__" and f"`{name}" not in text
    ]
    assert missing == []


def test_what_is_left_out_with_other_versions_exists() -> None:
    """`.ci/run` would run what was renamed: rename it in left_out.txt, too."""
    tests = Path(__file__).parent
    text = read(tests / "support" / "left_out.txt")
    gone = []
    for line in text.splitlines():
        module, _, name = line.split()[1].partition("::")
        if f"def {name}(" not in read(tests.parent / module):
            gone.append(line)
    assert gone == []


def test_the_names_of_tests_are_short_and_printable(request: pytest.FixtureRequest) -> None:
    """Workers of pytest-xdist must collect the same names, and people read them."""
    names = [item.nodeid for item in request.session.items]
    odd = [name for name in names if len(name) > LONGEST_NAME or not name.isprintable()]
    assert odd == []
