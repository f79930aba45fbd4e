"""A run folder is one run: what a later run removes, who may write, what any end of it leaves.

No lives are lived here. Room: tables.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.evidence.mistakes import InputError
from sim.tables import folder_lock, run_folder
from sim.tables.folder_contents import description_in, files_below
from sim.tables.folder_parts import parts_of
from sim.tables.run_folder import RunFolder, UnwrittenError

Files = dict[str, str]
OLD: Files = {
    "summary.csv": "old",
    "compare.csv": "old",
    "people/part-00000.parquet": "old",
    "figures/frontier.png": "old",
}
NEW: Files = {"summary.csv": "new", "figures/by_age.png": "new", "waits.parquet": "new"}
OWN: Files = {
    "notes.txt": "mine",
    "people/registry.parquet": "mine",
    "figures/talk.png": "mine",
    "out/run.json": "mine",
}


def write(folder: Path, files: Files) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_run(folder: RunFolder, files: Files, seed: int) -> None:
    run = {"seed": seed, "strategies": ["noms"], "results_hash": "", "parameters_hash": ""}
    write(folder.new, {**files, "run.json": json.dumps(run)})


def put(out: Path | str, files: Files, seed: int) -> list[str]:
    """Write a run of some files into a folder, and give back what is said of it."""
    with RunFolder(out) as folder:
        write_run(folder, files, seed)
        folder.put_in_place()
        return folder.told


def there(folder: Path) -> Files:
    """What stands in a folder, but for the description and the list."""
    return {
        name: (folder / name).read_text(encoding="utf-8")
        for name in files_below(folder)
        if name not in ("run.json", "files.json")
    }


def seed_in(folder: Path) -> int | None:
    found = description_in(folder)
    return None if found is None else int(found["seed"])


def test_a_run_is_moved_whole_and_leaves_no_parts(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "results" / "a") as folder:
        write_run(folder, NEW, 1)
        assert folder.parts == tmp_path / "results" / ".a.parts"
        assert not (tmp_path / "results" / "a").exists()
        folder.put_in_place()
    assert there(tmp_path / "results" / "a") == NEW
    assert os.listdir(tmp_path / "results") == ["a"]
    assert folder.told == []


def test_a_later_run_removes_what_an_earlier_one_wrote_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "a"
    write(out, OWN)
    put(out, OLD, 1)
    assert there(out) == OWN | OLD
    told = put(out, NEW, 2)
    assert there(out) == OWN | NEW
    assert seed_in(out) == 2
    assert len(told) == 1
    assert "(seed 1, noms) was replaced; files that only it had are gone: compare.csv" in told[0]
    assert os.listdir(tmp_path) == ["a"]
    assert set(json.loads((out / "files.json").read_text())["files"]) == {*NEW, "run.json"}


def test_folders_that_a_run_leaves_empty_are_removed(tmp_path: Path) -> None:
    put(tmp_path / "a", OLD, 1)
    put(tmp_path / "a", {"summary.csv": "new"}, 2)
    assert sorted(os.listdir(tmp_path / "a")) == ["files.json", "run.json", "summary.csv"]


def test_files_that_a_user_changed_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "a"
    put(out, OLD, 1)
    write(out, {"summary.csv": "annotated", "compare.csv": "annotated"})
    told = put(out, NEW, 2)
    assert there(out) == NEW | {
        "summary.changed1.csv": "annotated",
        "compare.csv": "annotated",
    }
    assert "changed since, and kept: compare.csv, summary.changed1.csv" in told[1]


def test_a_user_s_file_in_the_way_stays_and_the_run_waits_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "a"
    write(out, {"summary.csv": "mine"})
    (out / "waits.parquet").mkdir()
    with pytest.raises(UnwrittenError) as caught:
        put(out, NEW, 1)
    (sentence,) = caught.value.sentences
    assert "summary.csv, waits.parquet there are not from a run" in sentence
    waiting = tmp_path / ".a.parts" / "run"
    assert waiting.as_posix() in sentence
    assert there(out) == {"summary.csv": "mine"}
    assert (there(waiting), seed_in(waiting)) == (NEW, 1)
    # Once it can be moved, the next run begins with that, whatever becomes of itself.
    (out / "summary.csv").unlink()
    (out / "waits.parquet").rmdir()
    with RunFolder(out) as folder:
        assert folder.told == [f"A run that had not been moved is now in {out.as_posix()!r}."]
    assert (there(out), seed_in(out)) == (NEW, 1)
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_in_place_of_a_folder_leaves_the_earlier_run_whole(tmp_path: Path) -> None:
    out = tmp_path / "a"
    put(out, {"summary.csv": "old", "by_age.png": "old"}, 1)
    write(out, {"figures": "mine"})
    with pytest.raises(UnwrittenError):
        put(out, NEW, 2)
    assert there(out) == {"summary.csv": "old", "by_age.png": "old", "figures": "mine"}
    assert seed_in(out) == 1


@pytest.mark.parametrize("description", ["{}", "[1]", "not JSON", None])
def test_of_a_folder_without_a_list_only_known_files_beside_our_description_go(
    tmp_path: Path, description: str | None
) -> None:
    """Versions before the list wrote fixed names, and `run.json` last."""
    ours = tmp_path / "ours"
    write(ours, OLD | OWN)
    write(ours, {"run.json": '{"results_hash": "", "parameters_hash": "", "seed": 4}'})
    told = put(ours, NEW, 2)
    assert there(ours) == NEW | OWN
    assert "(seed 4) was replaced" in told[0]
    other = tmp_path / "other"
    write(other, OLD | OWN | ({} if description is None else {"run.json": description}))
    before = there(other)
    with pytest.raises(UnwrittenError, match=r"summary\.csv there"):
        put(other, NEW, 2)
    assert there(other) == before


def test_a_list_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "a"
    put(out, OLD, 1)
    write(tmp_path, {"mine.txt": "mine", "b/mine.txt": "mine"})
    names = ["../mine.txt", str(tmp_path / "b" / "mine.txt"), "people/../../mine.txt", "", "people"]
    listed = {"written_by": "spinemets", "files": {name: {"bytes": 4} for name in names}}
    (out / "files.json").write_text(json.dumps(listed))
    (out / "summary.csv").unlink()
    put(out, NEW, 2)
    assert there(tmp_path)["mine.txt"] == there(tmp_path)["b/mine.txt"] == "mine"


def end_of_process(folder: RunFolder) -> None:
    """Let the lock go as the system does; nothing is removed."""
    file = folder._lock._file
    folder_lock._held.discard(file)
    os.close(file)


class KilledError(BaseException):
    """Stands for the end of the process: nothing after it is done."""


@contextmanager
def broken_at(
    step: int,
    error: Callable[[], BaseException],
    monkeypatch: pytest.MonkeyPatch,
    *,
    and_after: bool = False,
) -> Iterator[list[str]]:
    """Let one step of those that change folders fail: `step` counts them, from 0 up.

    Of a process that has ended, all steps after it do nothing either.
    """
    done: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        real = getattr(Path, name)

        def change(path: Path, *arguments: object, **options: object) -> object:
            done.append(f"{name} {path.name}")
            if len(done) == step + 1 or (and_after and len(done) > step):
                raise error()
            return real(path, *arguments, **options)

        return change

    with monkeypatch.context() as patch:
        for name in ("rename", "replace", "unlink", "rmdir", "mkdir", "write_text"):
            patch.setattr(Path, name, counted(name))
        yield done


def test_an_end_at_any_moment_leaves_the_old_run_whole_or_none_and_the_next_run_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    outcomes = set()
    while True:
        out = tmp_path / str(steps) / "a"
        write(out, OWN)
        put(out, OLD, 1)
        folder = RunFolder(out)
        write_run(folder, NEW, 2)
        with broken_at(steps, KilledError, monkeypatch, and_after=True) as done:
            try:
                folder.put_in_place()
                ended = True
            except KilledError:
                ended = False
        end_of_process(folder)
        if not ended:
            seed = seed_in(out)
            if seed is not None:
                assert there(out) == OWN | (OLD if seed == 1 else NEW), done
            with RunFolder(out) as after:
                seed_after = seed_in(out)
                assert there(out) == OWN | (OLD if seed_after == 1 else NEW), done
                assert there(after.new) == {}
            outcomes.add((seed, seed_after))
            assert os.listdir(out.parent) == ["a"]
        else:
            break
        steps += 1
    assert steps > 2 * len(OLD) + 2 * len(NEW)
    # Before the move the old run, during it none, at its end the new one; whole ones are not lost.
    assert outcomes >= {(1, 2), (None, 2), (2, 2)}
    assert all(after is not None for _, after in outcomes)


def test_an_interrupt_of_the_move_by_the_user_leaves_one_of_the_runs_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, seeds = 0, set()
    while True:
        out = tmp_path / str(steps) / "a"
        write(out, OWN)
        put(out, OLD, 1)
        with RunFolder(out) as folder:
            write_run(folder, NEW, 2)
            with broken_at(steps, KeyboardInterrupt, monkeypatch) as done:
                try:
                    folder.put_in_place()
                    break
                except KeyboardInterrupt:
                    pass
        seed = seed_in(out)
        assert (seed, there(out)) in ((1, OWN | OLD), (2, OWN | NEW)), done
        seeds.add(seed)
        steps += 1
    assert seeds == {1, 2}


def test_an_interrupt_before_the_move_gives_files_that_were_set_aside_their_names_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a"
    put(out, OLD, 1)
    write(out, {"summary.csv": "annotated"})
    with RunFolder(out) as folder:
        write_run(folder, NEW, 2)
        monkeypatch.setattr("sim.tables.folder_move.Move.write", stop)
        with pytest.raises(KeyboardInterrupt):
            folder.put_in_place()
    assert there(out) == OLD | {"summary.csv": "annotated"}


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def killed_in_the_move(out: Path, files: Files, seed: int, patch: pytest.MonkeyPatch) -> None:
    """End a process when it has written down what it will move, and moved nothing."""
    folder = RunFolder(out)
    write_run(folder, files, seed)
    real = run_folder.Move.write

    def write_and_die(move: run_folder.Move, journal: Path) -> None:
        real(move, journal)
        raise KilledError

    with patch.context() as inner:
        inner.setattr(run_folder.Move, "write", write_and_die)
        inner.setattr(run_folder.Move, "forward", lambda _: stop_for_good())
        with pytest.raises(KilledError):
            folder.put_in_place()
    end_of_process(folder)


def stop_for_good() -> None:
    raise KilledError


def test_a_file_that_is_lost_before_a_move_is_mended_is_told_and_nothing_passes_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a"
    put(out, OLD, 1)
    killed_in_the_move(out, NEW, 2, monkeypatch)
    (tmp_path / ".a.parts" / "run" / "summary.csv").unlink()
    (tmp_path / ".a.parts" / "lock").unlink()
    before = there(tmp_path)
    with pytest.raises(InputError, match=r"and of which summary\.csv is gone since; allowed: "):
        RunFolder(out)
    assert there(tmp_path) == before


def test_the_same_run_written_again_keeps_its_people_whatever_interrupts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {"summary.csv": "old", "figures/frontier.png": "old"}
    before = tmp_path / "before"
    put(before, OLD, 1)
    put(before, tables, 1)
    assert there(before) == OLD
    # Ended when all is written and nothing moved: what mends it knows that it is the same run.
    out = tmp_path / "a"
    put(out, OLD, 1)
    folder = RunFolder(out)
    write_run(folder, tables, 1)
    end_of_process(folder)
    with RunFolder(out):
        assert there(out) == OLD
    put(out, NEW, 2)
    assert there(out) == NEW


def test_a_file_changed_since_stays_the_user_s_when_the_same_run_is_written_again(
    tmp_path: Path,
) -> None:
    out = tmp_path / "a"
    put(out, OLD, 1)
    write(out, {"compare.csv": "annotated"})
    put(out, {"summary.csv": "old"}, 1)
    put(out, NEW, 2)
    assert there(out) == NEW | {"compare.csv": "annotated"}


def test_a_change_of_the_same_length_is_a_change(tmp_path: Path) -> None:
    put(tmp_path / "a", OLD, 1)
    write(tmp_path / "a", {"compare.csv": "OLD"})
    put(tmp_path / "a", NEW, 2)
    assert there(tmp_path / "a") == NEW | {"compare.csv": "OLD"}


def test_a_list_of_somebody_else_is_not_believed(tmp_path: Path) -> None:
    out = tmp_path / "a"
    write(out, {"mine.txt": "mine"})
    theirs = json.dumps({"files": {"mine.txt": 4}})
    (out / "files.json").write_text(theirs)
    with pytest.raises(UnwrittenError, match=r"files\.json there is not from a run"):
        put(out, NEW, 1)
    assert there(out) == {"mine.txt": "mine"}
    assert (out / "files.json").read_text() == theirs


def test_a_whole_run_that_waits_is_not_removed_by_the_next_one(tmp_path: Path) -> None:
    out = tmp_path / "a"
    write(out, {"summary.csv": "mine"})
    with pytest.raises(UnwrittenError):
        put(out, NEW, 1)
    waiting = tmp_path / ".a.parts" / "run"
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            RunFolder(out)
        (sentence,) = caught.value.sentences
        assert f"an earlier run waits in {waiting.as_posix()!r} that cannot be moved" in sentence
        assert "(summary.csv there is not from a run); allowed: another folder" in sentence
        assert (there(waiting), seed_in(waiting)) == (NEW, 1)
    assert there(out) == {"summary.csv": "mine"}


def test_what_is_in_the_way_is_told_when_a_run_begins(tmp_path: Path) -> None:
    write(tmp_path / "a", {"summary.csv": "mine", "notes.txt": "mine"})
    with RunFolder(tmp_path / "a") as folder:
        (sentence,) = folder.told
    assert sentence.startswith("summary.csv in ")
    assert "is not from a run, and in the way of this one" in sentence
    put(tmp_path / "b", NEW, 1)
    with RunFolder(tmp_path / "b") as folder:
        assert folder.told == []


def test_a_file_that_cannot_be_moved_leaves_the_old_run_whole_and_the_new_one_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = failed = 0
    while True:
        out = tmp_path / str(steps) / "a"
        write(out, OWN)
        put(out, OLD, 1)
        with RunFolder(out) as folder:
            write_run(folder, NEW, 2)
            with broken_at(steps, lambda: PermissionError(13, "open in Excel"), monkeypatch):
                try:
                    folder.put_in_place()
                    done = seed_in(folder.new) is None
                except UnwrittenError as error:
                    done = False
                    (sentence,) = error.sentences
                    assert "Permission denied" in sentence
        if seed_in(out) == 2:  # only removing what is left of the old run can still fail
            assert there(out) == OWN | NEW
            if done and steps > 60:
                break
        else:
            failed += 1
            assert (seed_in(out), there(out)) == (1, OWN | OLD)
            waiting = out.parent / ".a.parts" / "run"
            assert there(waiting) == NEW
        steps += 1
    assert failed > len(OLD) + len(NEW)


def test_a_second_run_into_a_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "a"):
        for same in (tmp_path / "a", tmp_path / "b" / ".." / "a"):
            with pytest.raises(InputError) as caught:
                RunFolder(same)
            assert len(caught.value.sentences) == 1
            assert "which another run is writing into; allowed: another" in str(caught.value)
        with RunFolder(tmp_path / "b"):
            pass
    with RunFolder(tmp_path / "a"):
        pass
    assert os.listdir(tmp_path) == []


HOLDER = """
import os, sys, time
from sim.tables.run_folder import RunFolder
folder = RunFolder("a")
(folder.new / "people").mkdir()
(folder.new / "people" / "part-00000.parquet").write_text("half")
if os.fork() == 0:  # a worker, which lives on when its parent is killed
    os.setsid()
    print(os.getpid(), flush=True)
    time.sleep(60)
    os._exit(0)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_the_lock_ends_with_its_process_though_a_worker_lives_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert holder.stdout is not None
    worker = int(holder.stdout.readline())
    try:
        with pytest.raises(InputError, match="another run is writing"):
            RunFolder("a")
        holder.kill()
        holder.wait()
        with RunFolder("a") as folder:
            (sentence,) = folder.told
            assert sentence == (
                "Parts of a run that was interrupted were removed from '.a.parts': "
                "people/part-00000.parquet."
            )
    finally:
        os.kill(worker, signal.SIGKILL)
        holder.kill()
        holder.stdout.close()
        holder.wait()
    assert os.listdir(tmp_path) == []


def test_parts_stay_for_later_when_a_run_does_not_end(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "a") as folder:
        write(folder.new, {"people/part-00000.parquet": "half"})
    assert there(tmp_path / ".a.parts") == {"run/people/part-00000.parquet": "half"}
    assert not (tmp_path / "a").exists()


def test_a_place_that_is_no_folder_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"file": "mine"})
    for link, target in {"to_file": "file", "loop": "loop"}.items():
        (tmp_path / link).symlink_to(target)
    before = sorted(os.listdir(tmp_path))
    for out, says in {
        "": "out is empty; allowed: a folder",
        "file": "out is 'file': it is a file; allowed: a folder that can be written",
        "to_file": "out is 'to_file': it is a file",
        "loop": "out is 'loop'",
        "file/below": "out is 'file/below': ",
        ".a.parts": "out is '.a.parts', where parts of other runs are kept; allowed: a folder wh",
        ".a.parts/run": "out is '.a.parts/run', where parts of other runs are kept",
        "null\0byte": "out is 'null\\x00byte': embedded null byte; allowed: a folder",
        "a" * 250: f"out is '{'a' * 250}': ",
    }.items():
        with pytest.raises(InputError) as caught:
            RunFolder(out)
        (sentence,) = caught.value.sentences
        assert sentence.startswith(says), sentence
        assert sentence.count("allowed: ") == 1
    assert sorted(os.listdir(tmp_path)) == before


def test_links_to_folders_are_followed(tmp_path: Path) -> None:
    write(tmp_path / "disk" / "a", OWN)
    (tmp_path / "link").symlink_to("disk/a", target_is_directory=True)
    put(tmp_path / "link", OLD, 1)
    put(tmp_path / "disk" / "a", NEW, 2)
    assert (tmp_path / "link").is_symlink()
    assert there(tmp_path / "disk" / "a") == OWN | NEW
    assert sorted(os.listdir(tmp_path / "disk")) == ["a"]
    (tmp_path / "to_come").symlink_to("disk/b", target_is_directory=True)
    put(tmp_path / "to_come", NEW, 1)
    assert there(tmp_path / "disk" / "b") == NEW


@pytest.mark.parametrize("out", [".", "../project", r"C:\results\a", "con.", "ä b"])
def test_names_of_every_kind_are_taken(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    write(project, OWN)
    monkeypatch.chdir(project)
    put(out, OLD, 1)
    put(out, NEW, 2)
    assert there(Path(out)).items() >= NEW.items()
    assert there(project).items() >= OWN.items()
    assert sorted(os.listdir(tmp_path)) == ["project"]


def test_parts_are_in_the_folder_where_none_can_be_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a folder is a disk of its own: what is beside it is on another."""
    out = tmp_path / "a"
    out.mkdir()
    monkeypatch.setattr(run_folder.os.path, "ismount", lambda path: Path(path) == out)
    assert parts_of(out) == out / ".parts"
    put(out, OLD, 1)
    put(out, NEW, 2)
    assert there(out) == NEW
    assert os.listdir(tmp_path) == ["a"]
    assert not (out / ".parts").exists()
