"""What is wrong with YOLO files in their own terms: one function a rule, its docstring the rule's page.

A rule with one sentence words it; those with many take it from whoever knows the module that it is about.  They are
loaded when there is something to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convlint.formats.yolo.findings.arguments import (
        argument_count as argument_count,
    )
    from convlint.formats.yolo.findings.arguments import (
        attention_heads as attention_heads,
    )
    from convlint.formats.yolo.findings.arguments import (
        bad_string_argument as bad_string_argument,
    )
    from convlint.formats.yolo.findings.arguments import (
        channels_must_match as channels_must_match,
    )
    from convlint.formats.yolo.findings.arguments import (
        even_kernel_grows as even_kernel_grows,
    )
    from convlint.formats.yolo.findings.arguments import (
        fuse_mismatch as fuse_mismatch,
    )
    from convlint.formats.yolo.findings.arguments import (
        injected_argument as injected_argument,
    )
    from convlint.formats.yolo.findings.channels import (
        assumed_module as assumed_module,
    )
    from convlint.formats.yolo.findings.channels import (
        community_modules as community_modules,
    )
    from convlint.formats.yolo.findings.channels import (
        keys_as_arguments as keys_as_arguments,
    )
    from convlint.formats.yolo.findings.channels import (
        literal_channels_mismatch as literal_channels_mismatch,
    )
    from convlint.formats.yolo.findings.channels import (
        raw_torch_module as raw_torch_module,
    )
    from convlint.formats.yolo.findings.channels import (
        rounded_channels as rounded_channels,
    )
    from convlint.formats.yolo.findings.channels import (
        stale_channels as stale_channels,
    )
    from convlint.formats.yolo.findings.channels import (
        unscaled_by_coincidence as unscaled_by_coincidence,
    )
    from convlint.formats.yolo.findings.channels import (
        unscaled_literal as unscaled_literal,
    )
    from convlint.formats.yolo.findings.heads import (
        anchor_levels as anchor_levels,
    )
    from convlint.formats.yolo.findings.heads import (
        head_arguments as head_arguments,
    )
    from convlint.formats.yolo.findings.heads import (
        head_levels as head_levels,
    )
    from convlint.formats.yolo.findings.heads import (
        head_not_last as head_not_last,
    )
    from convlint.formats.yolo.findings.keys import (
        ignored_channels_key as ignored_channels_key,
    )
    from convlint.formats.yolo.findings.keys import (
        missing_model_key as missing_model_key,
    )
    from convlint.formats.yolo.findings.keys import (
        scale_keys as scale_keys,
    )
    from convlint.formats.yolo.findings.numbers import (
        head_reads_concat as head_reads_concat,
    )
    from convlint.formats.yolo.findings.numbers import (
        shifted_sources as shifted_sources,
    )
    from convlint.formats.yolo.findings.numbers import (
        stale_index_comment as stale_index_comment,
    )
    from convlint.formats.yolo.findings.rows import (
        first_row_source as first_row_source,
    )
    from convlint.formats.yolo.findings.rows import (
        index_out_of_range as index_out_of_range,
    )
    from convlint.formats.yolo.findings.rows import (
        items as items,
    )
    from convlint.formats.yolo.findings.rows import (
        no_list_of_arguments as no_list_of_arguments,
    )
    from convlint.formats.yolo.findings.rows import (
        no_repeats as no_repeats,
    )
    from convlint.formats.yolo.findings.rows import (
        no_row_number as no_row_number,
    )
    from convlint.formats.yolo.findings.rows import (
        numbers_out_of_range as numbers_out_of_range,
    )
    from convlint.formats.yolo.findings.rows import (
        repeated_shape_change as repeated_shape_change,
    )
    from convlint.formats.yolo.findings.rows import (
        row_shape as row_shape,
    )
    from convlint.formats.yolo.findings.rows import (
        source_must_be_list as source_must_be_list,
    )
    from convlint.formats.yolo.findings.rows import (
        source_must_be_one as source_must_be_one,
    )
    from convlint.formats.yolo.findings.source import (
        framework_raises as framework_raises,
    )
    from convlint.formats.yolo.findings.source import (
        source_not_followed as source_not_followed,
    )
else:
    from importlib import import_module

    def __getattr__(name: str) -> object:
        for module in ("arguments", "channels", "heads", "keys", "numbers", "rows", "source"):
            found = getattr(import_module(f"{__name__}.{module}"), name, None)
            if found is not None:
                return found
        raise AttributeError(f"{__name__} has no {name}")
