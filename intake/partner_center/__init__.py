from intake.partner_center.folder import digest, read_partner_center

__all__ = ["digest", "read_partner_center"]
