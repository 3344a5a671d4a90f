@NullMarked
package dev.sluice.app.tls;

import org.jspecify.annotations.NullMarked;
