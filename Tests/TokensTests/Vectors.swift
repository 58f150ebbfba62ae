/// Keys and tokens that others have made.
enum Vectors {
  /// The secret of RFC 7515 A.1, base64url.
  static let rfcSecret = """
    AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow
    """

  /// RFC 7515 A.1.1.
  static let rfcHS256 = """
    eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogI\
    mh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
    """

  /// RFC 7515 A.2.1.
  static let rfcRS256 = """
    eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlL\
    mNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7\
    AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWz\
    O75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZES\
    c6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlU\
    PQGe77Rw
    """

  /// RFC 7515 A.3.1.
  static let rfcES256 = """
    eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlL\
    mNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA\
    pmWQxfKTUJqPP3-Kg6NU1Q
    """

  /// RFC 8037 A.4; its payload is no JSON.
  static let rfcEdDSA = """
    eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGc\
    vMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
    """

  /// For 1001 until 2100, by the key of RFC 7515 A.2.
  static let rs256 = """
    eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.mEwtOr_ARN\
    1pzaPG0mNMAc5dtW_TkcYY4mdXer8UFrlNkyLLHg5unJlqdbMCGzMOvh7aE7dvg61tUw1Uvh5ceVnPasFAq0f66wBJ\
    ml3y2RuJVx1_s-BhFrr5YJQ4mrNl1na7ioP3QaXFlhLMAkovDv5bLIVcRLx3vsyaiMlvgT1bhZMcsOzkaDHcWQ411z\
    1oGki4uN7k6kcl96UpreNgJR1dZK7HJvqy8rr0hBkOvsOEQceDheXaJV3RZuLFm_DjurG7LAtDvxWFBoSkbsbixWVj\
    AicG3wvuhyFWLLh69oRkUkmLdY_WNyo4MxljjfCwvavaMVjGgrmSL9UJPFb0sA
    """

  /// The same by RFC 7515 A.3.
  static let es256 = """
    eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.J-vNivkPtR\
    CgzOZJ-iBilqPnzd8qY-QTCksgqOJhu7c_2Pni-tyls8MvM4Yseqz00WMNBcV1ETefrRNLXerkcA
    """

  /// The same by RFC 8037 A.1.
  static let edDSA = """
    eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.S7FPszss5j\
    qKhQ6Yzc5lkVttfcwopd3aQgWN6rGjFU0ICsq8rS6DGNDvSRiZ6AcxYDL5U8d6hIYjuCdIsOYSAg
    """

  /// The same by another key on P-256.
  static let otherES256 = """
    eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.ctL1918QSy\
    voUIBHkNIsUT8k5jrsRroqiVow6o4T774MVM1GdUi-xRZnTvY_hmwcT02DhTTslesb7UpX03zFxg
    """

  /// The same as PS256, by the key of RFC 7515 A.2.
  static let ps256 = """
    eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.ZLaKiuYK7M\
    XNw7JiLtp4dpL-qCs4LYUWPrdVzZp3KzLIDRtvR0L-Pvh-iHAf3iX-Ub6095FZlR-pQYN-by3AW2et6dGtEX4mdmGI\
    kMAtlKY8QXcBEA3TLXupztD6m_FHc4KLc5zBRsxvb7wFZvHs0vd-Y6-k5GXCFG0FVZMzoiM-bfNoyukyXg0dneGmEM\
    0a1xGE_fh3mSQUCSiWhEcbzEQDOVqfZYsbubqmOSpu39Q6KiuJQl5uUodsSl_3vfEb3BvdDtBYraKTvdWHW2W3wl84\
    r2j1pv9yE1TBVkEE2NYfDelO5OjyBjQ81QoukRAUMqc4DgugH2R5T0jWJ_1z6w
    """

  /// The same by HS256, where the secret is the PEM of the public key of RFC 7515 A.2.
  static let confused = """
    eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.jDCZuRLLaiR7R9ZJJuR2iActiu\
    ZEHhjuz5Mujr8r6os
    """

  /// The same, where the header says RS256 and the code is that of the PEM.
  static let confusedRS256 = """
    eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMDAxIiwiZXhwIjo0MTAyNDQ0ODAwfQ.lU2qgI32AQrWl52eLdXZmw2B3h\
    9EYly72Y4uIB7oxRI
    """

  /// RFC 7515 A.2.
  static let rsa = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
    NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
    P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
    9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
    EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
    FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
    oQIDAQAB
    -----END PUBLIC KEY-----
    """

  /// RFC 7515 A.3.
  static let p256 = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
    6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
    -----END PUBLIC KEY-----
    """

  /// RFC 8037 A.2.
  static let ed25519 = """
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    -----END PUBLIC KEY-----
    """

  /// Too short.
  static let rsa1024 = """
    -----BEGIN PUBLIC KEY-----
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDcI/lGjPLq50iZNs4EU4h8rhYG
    RJ1pK7oqr5LEWlaqIbGpBpLIYx1VyWAM2yiNmq2yenOq69jQlr08USBMLoD1r9R9
    iRplBLgp+Rte10A5K+u3xAk33icPpVmHBoHVvXhLEvl8rNJ+J47tRxkyujnhrq/u
    x6hbfD1e/x+zpl9sAQIDAQAB
    -----END PUBLIC KEY-----
    """

  /// Just too short.
  static let rsa2047 = """
    -----BEGIN PUBLIC KEY-----
    MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQB4sZEdqayRonnx6aaRe99a
    XYm3hoBN5UH+62fXuSKfa2rm3H8qoXJbubABstXlvF18qVn1jnzI6HaAf9PO+jw3
    JPzYpjlgrnPxd/E20GwTAxdtzXv1c0/I85Kis6Jiaq6vsdTry1T9vh4ilVxEpCGR
    oEx6tQcl0XyJz53/RY9+rg34DKTBUAkei40iADNCXzEsEKUi39rKR5FgBpVPR2qX
    W8a4NTvpC4iJyApPHN2BRSoStnooVYoYNpvnT1MnpOKMZg2QgWhfFLsbubs3yFaK
    rhYUz9OiHsqiDjnYLAGJ3yCRzxjeqJJLCFk4/kTtmj//HsZcAaGUB9iXkVxsvzh9
    AgMBAAE=
    -----END PUBLIC KEY-----
    """

  /// Of another curve.
  static let p384 = """
    -----BEGIN PUBLIC KEY-----
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEItHgr+JD2K7rpvu6iwFpnWr60EeU898w
    +NLOclOIAANJoW3M38Ga/tCK4BLwl/ek1UV6r7tFCg2M/bThZeLrBKTdsX5pE/rj
    +CfcgBO5zCnutGF9WOd8H5f33TgutpDf
    -----END PUBLIC KEY-----
    """

  /// Of another curve of 256 bits.
  static let secp256k1 = """
    -----BEGIN PUBLIC KEY-----
    MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEsd7SILsnMkwIMJpjAN5FFFGiHDmi1eNz
    Ja/uka8oJppUOKRI4T9WX/VweK7mXphUUEBZqrxhS1enWndbIitmig==
    -----END PUBLIC KEY-----
    """

  /// Of another kind.
  static let ed448 = """
    -----BEGIN PUBLIC KEY-----
    MEMwBQYDK2VxAzoAm5jV6EsS7Fq9YhUeuVYzNzbZwdblUww7uEFImLnYvIldpxsg
    M8eLnh+SFEAwW19r3bCy0jW8OKuA
    -----END PUBLIC KEY-----
    """

  /// RFC 8037 A.1.
  static let privateEd25519 = """
    -----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    -----END PRIVATE KEY-----
    """
}
