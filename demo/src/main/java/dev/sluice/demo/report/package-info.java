/** What a run showed: figures, claims, and their renderings as JSON, picture and table. Pure. */
@NullMarked
package dev.sluice.demo.report;

import org.jspecify.annotations.NullMarked;
