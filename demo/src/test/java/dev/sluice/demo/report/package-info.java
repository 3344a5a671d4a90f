@NullMarked
package dev.sluice.demo.report;

import org.jspecify.annotations.NullMarked;
