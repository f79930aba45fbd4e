"""Kernels: compiled functions that Python calls, made into machine code with all that they call.

Numba by itself optimizes every function, and makes machine code of it, together with a copy of all
that it calls: the work is multiplied by the depth of the calls. Here a function that another one
calls is a part of it, which is only translated; the kernel at the top joins its parts, and is
optimized once. The same function is a kernel where Python calls it and a part elsewhere.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import update_wrapper
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, _pass_registry, register_pass
from numba.core.postproc import PostProcessor
from numba.core.registry import CPUDispatcher
from numba.core.transforms import canonicalize_cfg
from numba.core.typed_passes import (
    AnnotateTypes,
    DumpParforDiagnostics,
    InlineOverloads,
    NativeLowering,
)
from numba.core.types import Dispatcher, Function
from numba.core.types.misc import unliteral
from numba.core.untyped_passes import (
    FindLiterallyCalls,
    InlineClosureLikes,
    InlineInlinables,
    LiteralPropagationSubPipelinePass,
    LiteralUnroll,
    MakeFunctionToJitFunction,
    RewriteDynamicRaises,
    WithLifting,
)
from numba.core.utils import threadsafe_cached_property
from numba.extending import typeof_impl

from sim.life.compiling import without_waste
from sim.life.machine_code import KeptCode


class Kernel:
    """A compiled function; what it takes to compile or call it is made when it is needed.

    A run calls a few of several hundred of them.

    Parameters
    ----------
    function : callable
        A plain Python function.
    options : dict
        Options of `numba.jit`.
    folder : Path, optional
        Where its machine code is kept.
    """

    def __init__(
        self, function: Callable[..., object], options: dict[str, Any], folder: Path | None
    ) -> None:
        update_wrapper(self, function)
        self._function, self._options, self._folder = function, options, folder

    def __call__(self, *arguments: object, **named: object) -> object:
        """Run its machine code."""
        return self.whole(*arguments, **named)

    def __reduce__(self) -> str:
        """Pickled by its name, as functions are."""
        return self._function.__qualname__

    @threadsafe_cached_property  # type: ignore[untyped-decorator]
    def whole(self) -> Any:
        """It with all its parts, as Python calls it."""
        whole: Any = CPUDispatcher(self._function, None, self._options, _WholeCompiler)
        if self._folder is not None:
            whole._cache = KeptCode(self._function, self._folder)
        return whole

    @threadsafe_cached_property  # type: ignore[untyped-decorator]
    def part(self) -> Any:
        """It as other compiled functions call it."""
        from_python = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        return _Part(self._function, None, self._options | from_python)

    def translation(self, arguments: tuple[Any, ...]) -> tuple[str, JITCodeLibrary]:
        """Its name in machine code, and its translation for these types of arguments."""
        part = self.part
        with without_waste():
            part.compile(arguments)
        found = part.overloads[arguments]
        return found.fndesc.llvm_func_name, found.library


@typeof_impl.register(Kernel)  # type: ignore[untyped-decorator]
def _type_of_kernel(kernel: Kernel, context: object) -> Dispatcher:
    return Dispatcher(kernel.part)


class _Part(CPUDispatcher):  # type: ignore[misc]
    """A function as other compiled functions call it; Python cannot."""

    def __init__(
        self,
        py_func: Callable[..., object],
        locals: dict[str, Any] | None = None,
        targetoptions: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(py_func, locals, targetoptions, _PartCompiler)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """How a compiled function calls it; constants are no types of their own."""
        named = {name: unliteral(one) for name, one in kws.items()}
        return super().get_call_template(tuple(map(unliteral, args)), named)

    def add_overload(self, cres: Any) -> None:
        """Keep the translation for these types of arguments."""
        self.overloads[tuple(cres.signature.args)] = cres


class _PartLibrary(JITCodeLibrary):  # type: ignore[misc]
    """The translation of one function, not yet optimized."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        """Leave it as it is."""
        self._finalized = True

    def own_module(self) -> Any:
        """It alone."""
        return super()._get_module_for_linking()

    def _get_module_for_linking(self) -> Any:
        module = self.own_module().clone()
        for library in _called(self):
            other = library.own_module() if isinstance(library, _PartLibrary) else None
            module.link_in(other or library._get_module_for_linking(), preserve=True)
        return module


class _WholeLibrary(JITCodeLibrary):  # type: ignore[misc]
    """A kernel and all its parts."""

    def finalize(self) -> None:
        """Join the parts, and do with all what Numba does with one function."""
        self._asked_for = _defined(self._final_module)
        called = list(_called(self))
        for part in called:
            if isinstance(part, _PartLibrary):
                self._final_module.link_in(part.own_module(), preserve=True)
        self._linking_libraries = [one for one in called if not isinstance(one, _PartLibrary)]
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Optimize it as a whole: but for the kernel itself, nobody outside calls what is in it.

        What is found out of a function then holds for its callers. Most raise no error, so that
        none is looked for after a call: lives take a tenth less time.
        """
        for one in self._final_module.functions:
            if not one.is_declaration and one.name not in self._asked_for:
                one.linkage = "internal"
        super()._optimize_final_module()


def _defined(module: Any) -> frozenset[str]:
    """Names of the functions that a module defines."""
    return frozenset(one.name for one in module.functions if not one.is_declaration)


def _called(library: JITCodeLibrary) -> Iterator[JITCodeLibrary]:
    """What a function calls, and what its parts call, each once."""
    waiting, seen = list(library._linking_libraries), {library}
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one
            if isinstance(one, _PartLibrary):
                waiting.extend(one._linking_libraries)


def link_translations(module: Any, libraries: Iterable[Any]) -> None:
    """Link translations, and those of all that they call, into a module that calls them.

    Whoever calls comes first: what nobody calls yet is left out.
    """
    linked: set[JITCodeLibrary] = set()
    for library in libraries:
        for one in (library, *_called(library)):
            if one not in linked:
                linked.add(one)
                own = one.own_module() if isinstance(one, _PartLibrary) else None
                module.link_in(own or one._get_module_for_linking(), preserve=True)


@register_pass(mutates_CFG=True, analysis_only=False)
class _PartLowering(NativeLowering):  # type: ignore[misc]
    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        result = state["cr"]
        name = result.fndesc.unique_name
        state.targetctx.insert_user_function(name, result.fndesc, [state.library])
        state["cr"] = result._replace(cfunc=name)  # by which callers find it
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class _WholeLowering(NativeLowering):  # type: ignore[misc]
    _name = "whole_lowering"

    def run_pass(self, state: Any) -> bool:
        state.library = _WholeLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


class _Typing:
    """Numba's knowledge of types, which finds what an operator does to some types once only."""

    found: ClassVar[dict[tuple[Any, ...], Any]] = {}

    def __init__(self, context: Any, flags: Any) -> None:
        self._context = context
        self._counted = flags.nrt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def resolve_function_type(self, func: Any, args: Any, kws: Any) -> Any:
        """The types that a function takes and gives back."""
        if kws or not (isinstance(func, Function) or func in _OPERATORS):
            return self._context.resolve_function_type(func, args, kws)
        known = self.found
        key = func, args, self._counted
        if key not in known:
            known[key] = self._context.resolve_function_type(func, args, kws)
        return known[key]


_OPERATORS = frozenset(one for one in vars(operator).values() if callable(one))
_NOT_USED = frozenset(
    {
        AnnotateTypes,
        DumpParforDiagnostics,
        FindLiterallyCalls,
        InlineClosureLikes,
        InlineInlinables,
        InlineOverloads,
        LiteralPropagationSubPipelinePass,
        LiteralUnroll,
        MakeFunctionToJitFunction,
        RewriteDynamicRaises,
        WithLifting,
    }
)
"""Passes that change nothing in a function without functions of its own."""


class _Passes(PassManager):  # type: ignore[misc]
    """Runs passes as Numba does, but does not write down all types in words before each."""

    def _runPass(self, index: int, pss: Any, internal_state: Any) -> None:  # noqa: N802
        pss.analysis = self._analysis
        changed = pss.run_pass(internal_state)
        if isinstance(pss, NativeLowering) or not _pass_registry.get(type(pss)).mutates_CFG:
            return
        if changed:
            PostProcessor(internal_state.func_ir).run()
        else:
            internal_state.func_ir.blocks = canonicalize_cfg(internal_state.func_ir.blocks)


class _PartCompiler(Compiler):  # type: ignore[misc]
    lowering: type = _PartLowering

    def __init__(self, typingctx: Any, *others: Any) -> None:
        super().__init__(typingctx, *others)
        self.state.typingctx = _Typing(typingctx, self.state.flags)

    def define_pipelines(self) -> list[PassManager]:
        """Numba's passes, those that are needed, with a lowering of our own."""
        passes = _Passes("spinemets")
        simple = not any(isinstance(one, CodeType) for one in self.state.func_id.code.co_consts)
        for one, told in DefaultPassBuilder.define_nopython_pipeline(self.state).passes:
            if simple and one in _NOT_USED:
                continue
            passes.add_pass(self.lowering if one is NativeLowering else one, told)
        passes.finalize()
        return [passes]


class _WholeCompiler(_PartCompiler):
    lowering = _WholeLowering

    def _compile_core(self) -> Any:
        with without_waste():
            return super()._compile_core()
