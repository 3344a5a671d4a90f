@NullMarked
package dev.sluice.demo.stage;

import org.jspecify.annotations.NullMarked;
