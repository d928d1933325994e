"""The only reader of the environment."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class PaymentProvider(StrEnum):
    SANDBOX = "sandbox"
    STRIPE = "stripe"


class MailProvider(StrEnum):
    FOLDER = "folder"
    SMTP = "smtp"
    MAILGUN = "mailgun"


class Settings(BaseSettings):
    """Every setting, read once from variables that begin with TICKETAPP_; what cannot work is refused at start.

    Stripe's keep the names that its users know.
    """

    model_config = SettingsConfigDict(
        env_prefix="TICKETAPP_", frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    env: Environment = Environment.DEVELOPMENT
    database_url: str = "sqlite:///var/ticketapp.db"
    redis_url: str | None = None
    public_url: str = "http://localhost:3000"
    # Local data: mail that was not sent, pictures, the generated key.
    var_folder: Path = Path("var")
    secret_key: SecretStr | None = None
    service_key: SecretStr | None = None
    hold_minutes: float = Field(default=15, gt=0, le=24 * 60)
    rate_limits: Switch = Switch.ON
    # How many proxies of ours stand before the app and add the caller to X-Forwarded-For.
    trusted_proxy_hops: int = Field(default=0, ge=0, le=10)
    jobs: Switch = Switch.ON
    payment_provider: PaymentProvider = PaymentProvider.SANDBOX
    sandbox_success_rate: float = Field(default=0.9, ge=0, le=1)
    sandbox_delay_ms: str = "500-1500"
    stripe_secret_key: SecretStr | None = Field(default=None, validation_alias="STRIPE_SECRET_KEY")
    stripe_publishable_key: str | None = Field(default=None, validation_alias="STRIPE_PUBLISHABLE_KEY")
    # Several, separated by commas, while one takes over from another.
    stripe_webhook_secret: SecretStr | None = Field(default=None, validation_alias="STRIPE_WEBHOOK_SECRET")
    # Another server that speaks Stripe's API.
    stripe_api_base: str | None = Field(default=None, validation_alias="STRIPE_API_BASE")
    mail_provider: MailProvider = MailProvider.FOLDER
    mail_from: str = "Ticketapp <tickets@ticketapp.example>"
    # smtp://user:password@host:587 or smtps://host
    smtp_url: SecretStr | None = None
    test_clock_offset_s: float = 0
    # A folder that says where this process dies (integrations/failpoints.py).
    failpoints: Path | None = None

    @field_validator("sandbox_delay_ms")
    @classmethod
    def _delay_is_a_range(cls, text: str) -> str:
        first, _, last = text.partition("-")
        if not (
            first.isdigit() and (not last or last.isdigit()) and int(first) <= int(last or first) <= 60_000
        ):
            raise ValueError("give milliseconds as 500-1500 or 0")
        return text

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> "Settings":
        if self.mail_provider is MailProvider.SMTP and self.smtp_url is None:
            raise ValueError("TICKETAPP_MAIL_PROVIDER=smtp needs TICKETAPP_SMTP_URL")
        return self

    @model_validator(mode="after")
    def _stripe_can_be_called(self) -> "Settings":
        if self.payment_provider is PaymentProvider.STRIPE and (refusals := _of_stripe(self)):
            raise ValueError("TICKETAPP_PAYMENT_PROVIDER=stripe cannot work: " + "; ".join(refusals) + ".")
        return self

    @model_validator(mode="after")
    def _provider_is_built(self) -> "Settings":
        if self.mail_provider is MailProvider.MAILGUN:
            raise ValueError("TICKETAPP_MAIL_PROVIDER=mailgun is not built yet; use smtp")
        return self

    @model_validator(mode="after")
    def _production_is_safe(self) -> "Settings":
        if self.env is not Environment.PRODUCTION:
            return self
        refusals = [
            text
            for is_wrong, text in (
                (
                    self.payment_provider is PaymentProvider.SANDBOX,
                    "TICKETAPP_PAYMENT_PROVIDER=sandbox takes no money",
                ),
                (
                    self.rate_limits is Switch.OFF,
                    "TICKETAPP_RATE_LIMITS=off leaves passwords open to guessing",
                ),
                (self.secret_key is None, "TICKETAPP_SECRET_KEY is missing"),
                (self.test_clock_offset_s != 0, "TICKETAPP_TEST_CLOCK_OFFSET_S is for tests"),
                (self.failpoints is not None, "TICKETAPP_FAILPOINTS is for tests"),
                (not self.public_url.startswith("https://"), "TICKETAPP_PUBLIC_URL must begin with https://"),
            )
            if is_wrong
        ]
        if refusals:
            raise ValueError("Refused to start in production: " + "; ".join(refusals) + ".")
        return self

    @property
    def stripe_webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that webhooks may be signed with: one, or two while one takes over from the other."""
        joined = self.stripe_webhook_secret.get_secret_value() if self.stripe_webhook_secret else ""
        return tuple(secret for part in joined.split(",") if (secret := part.strip()))

    @property
    def is_production(self) -> bool:
        return self.env is Environment.PRODUCTION

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def hold_span(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def sandbox_delay_range_ms(self) -> tuple[int, int]:
        first, _, last = self.sandbox_delay_ms.partition("-")
        return int(first), int(last or first)


def _of_stripe(settings: Settings) -> list[str]:
    """Say each thing that keeps Stripe from working, or would move money where none should move."""
    secret = settings.stripe_secret_key.get_secret_value() if settings.stripe_secret_key else ""
    publishable = settings.stripe_publishable_key or ""
    keys = (("STRIPE_SECRET_KEY", secret, ("sk_", "rk_")), ("STRIPE_PUBLISHABLE_KEY", publishable, ("pk_",)))
    refusals = [refusal for name, key, kinds in keys if (refusal := _of_key(settings, name, key, kinds))]
    if not settings.stripe_webhook_secrets:
        refusals.append("STRIPE_WEBHOOK_SECRET is missing")
    elif not all(secret.startswith("whsec_") for secret in settings.stripe_webhook_secrets):
        refusals.append("STRIPE_WEBHOOK_SECRET must begin with whsec_")
    if settings.stripe_api_base is not None:
        if settings.is_production:
            refusals.append("STRIPE_API_BASE is for tests and rehearsals")
        elif not settings.stripe_api_base.startswith(("http://", "https://")):
            refusals.append("STRIPE_API_BASE must be an address such as http://127.0.0.1:8420")
    return refusals


def _of_key(settings: Settings, name: str, key: str, kinds: tuple[str, ...]) -> str:
    if not key:
        return f"{name} is missing"
    if not key.startswith(tuple(f"{kind}{mode}_" for kind in kinds for mode in ("test", "live"))):
        return f"{name} must begin with {' or '.join(f'{kind}test_ or {kind}live_' for kind in kinds)}"
    is_live = key.split("_")[1] == "live"
    if is_live and not settings.is_production:
        return f"{name} is a live key, which only production may use (TICKETAPP_ENV=production)"
    if settings.is_production and not is_live:
        return f"{name} is a test key, which takes no money"
    return ""
