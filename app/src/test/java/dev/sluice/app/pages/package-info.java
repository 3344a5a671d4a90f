@NullMarked
package dev.sluice.app.pages;

import org.jspecify.annotations.NullMarked;
