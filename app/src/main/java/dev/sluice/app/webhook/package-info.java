/** Answers the API server when Foreman is about to dispatch: an admission webhook over HTTPS. */
@NullMarked
package dev.sluice.app.webhook;

import org.jspecify.annotations.NullMarked;
