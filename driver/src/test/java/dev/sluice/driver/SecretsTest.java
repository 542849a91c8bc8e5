// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DB_PASS",
                "MYSQL_PWD",
                "PASSPHRASE",
                "sluice.worker.env.DB_PASSWORD",
                "SENTRY_DSN",
                "AWS_SECRET_ACCESS_KEY",
                "GITHUB_TOKEN",
                "PASS",
                "pg.pass.file",
                "OPENAI_API_KEY"
            })
    void namesThatSoundLikeSecrets(String name) {
        assertThat(Secrets.hidden(name, "hunter2")).isEqualTo("(not shown)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgres://u:hunter2@h/db|postgres://u:(not shown)@h/db",
                "redis://:hunter2@h:1|redis://:(not shown)@h:1",
                "amqp://u:hun@ter2@h/v|amqp://u:(not shown)@h/v",
                "-Xmx1g -Djavax.net.ssl.keyStorePassword=hunter2 -Dx=y|"
                        + "-Xmx1g -Djavax.net.ssl.keyStorePassword=(not shown) -Dx=y",
                "https://h/?token=hunter2&x=1|https://h/?token=(not shown)&x=1",
                "Server=h;Uid=u;Pwd=hunter2;Db=d|Server=h;Uid=u;Pwd=(not shown);Db=d"
            })
    void valuesThatHoldSecrets(String value, String shown) {
        assertThat(Secrets.hidden("DATABASE_URL", value)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:80/a", "a@b", "local[2]", "/path:/other", "x=1,y=2"})
    void otherValuesStay(String value) {
        assertThat(Secrets.hidden("spark.app.name", value)).isEqualTo(value);
    }
}
