// Test vectors of RFCs and NIST publications, one list a family. Bytes are hexadecimal.
'use strict';

const text = (string) => Buffer.from(string).toString('hex');

module.exports = {
  // FIPS 180-4 and FIPS 202 ("abc"), SP 800-185 (cSHAKE), RFC 9861 (TurboSHAKE, KangarooTwelve)
  digests: [
    { algorithm: 'SHA-1', data: text('abc'), digest: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
    {
      algorithm: 'SHA-256',
      data: text('abc'),
      digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
    {
      algorithm: 'SHA-384',
      data: text('abc'),
      digest: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    },
    {
      algorithm: 'SHA-512',
      data: text('abc'),
      digest:
        'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
        '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    },
    {
      algorithm: 'SHA3-256',
      data: text('abc'),
      digest: '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
    },
    {
      algorithm: 'SHA3-384',
      data: text('abc'),
      digest: 'ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25',
    },
    {
      algorithm: 'SHA3-512',
      data: text('abc'),
      digest:
        'b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e' +
        '10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0',
    },
    {
      algorithm: { name: 'cSHAKE128', outputLength: 256, customization: text('Email Signature') },
      data: '00010203',
      digest: 'c1c36925b6409a04f1b504fcbca9d82b4017277cb5ed2b2065fc1d3814d5aaf5',
    },
    {
      algorithm: { name: 'cSHAKE256', outputLength: 512, customization: text('Email Signature') },
      data: '00010203',
      digest:
        'd008828e2b80ac9d2218ffee1d070c48b8e4c87bff32c9699d5b6896eee0edd1' +
        '64020e2be0560858d9c00c037e34a96937c561a74c412bb4c746469527281c8c',
    },
    {
      algorithm: { name: 'TurboSHAKE128', outputLength: 256 },
      data: '',
      digest: '1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c',
    },
    {
      algorithm: { name: 'TurboSHAKE256', outputLength: 256 },
      data: '',
      digest: '367a329dafea871c7802ec67f905ae13c57695dc2c6663c61035f59a18f8e7db',
    },
    {
      algorithm: { name: 'KT128', outputLength: 256 },
      data: '',
      digest: '1ac2d450fc3b4205d19da7bfca1b37513c0803577ac7167f06fe2ce1f0ef39e5',
    },
  ],

  // RFC 2202, RFC 4231, SP 800-185
  macs: [
    {
      algorithm: { name: 'HMAC', hash: 'SHA-1' },
      key: '0b'.repeat(20),
      data: text('Hi There'),
      mac: 'b617318655057264e28bc0b6fb378c8ef146be00',
    },
    {
      algorithm: { name: 'HMAC', hash: 'SHA-256' },
      key: '0b'.repeat(20),
      data: text('Hi There'),
      mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    {
      algorithm: { name: 'HMAC', hash: 'SHA-384' },
      key: text('Jefe'),
      data: text('what do ya want for nothing?'),
      mac: 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    },
    {
      algorithm: { name: 'HMAC', hash: 'SHA-512' },
      key: 'aa'.repeat(131),
      data: text('Test Using Larger Than Block-Size Key - Hash Key First'),
      mac:
        '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352' +
        '6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
    },
    {
      algorithm: { name: 'KMAC128', outputLength: 256 },
      key: '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
      data: '00010203',
      mac: 'e5780b0d3ea6f7d3a429c5706aa43a00fadbd7d49628839e3187243f456ee14e',
    },
    {
      algorithm: { name: 'KMAC128', outputLength: 256, customization: text('My Tagged Application') },
      key: '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
      data: '00010203',
      mac: '3b1fba963cd8b0b59e8c1a6d71888b7143651af8ba0a7070c0979e2811324aa5',
    },
    {
      algorithm: { name: 'KMAC256', outputLength: 512, customization: text('My Tagged Application') },
      key: '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
      data: '00010203',
      mac:
        '20c570c31346f703c9ac36c61c03cb64c3970d0cfc787e9b79599d273a68d2f7' +
        'f69d4cc3de9d104a351689f27cf6f5951f0103f33f4f24871024d9c27773a8dd',
    },
  ],

  // SP 800-38A, the GCM specification's test cases 4 and 16, RFC 7253, RFC 8439
  ciphers: [
    {
      algorithm: { name: 'AES-CBC', iv: '000102030405060708090a0b0c0d0e0f' },
      key: '2b7e151628aed2a6abf7158809cf4f3c',
      plain: '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51',
      // The blocks of the publication, and one of padding behind them.
      encryptedStart: '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2',
    },
    {
      algorithm: { name: 'AES-CTR', counter: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff', length: 128 },
      key: '2b7e151628aed2a6abf7158809cf4f3c',
      plain: '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51',
      encrypted: '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff',
    },
    {
      algorithm: {
        name: 'AES-GCM',
        iv: 'cafebabefacedbaddecaf888',
        additionalData: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      },
      key: 'feffe9928665731c6d6a8f9467308308',
      plain:
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
        '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      encrypted:
        '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e' +
        '21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091' +
        '5bc94fbc3221a5db94fae95ae7121a47',
    },
    {
      algorithm: {
        name: 'AES-GCM',
        iv: 'cafebabefacedbaddecaf888',
        additionalData: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      },
      key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
      plain:
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
        '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      encrypted:
        '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
        '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
        '76fc6ece0f4e1768cddf8853bb2d551b',
    },
    {
      algorithm: { name: 'AES-OCB', iv: 'bbaa99887766554433221101', additionalData: '0001020304050607' },
      key: '000102030405060708090a0b0c0d0e0f',
      plain: '0001020304050607',
      encrypted: '6820b3657b6f615a5725bda0d3b4eb3a257c9af1f8f03009',
    },
    {
      algorithm: {
        name: 'ChaCha20-Poly1305',
        iv: '070000004041424344454647',
        additionalData: '50515253c0c1c2c3c4c5c6c7',
      },
      key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
      plain: text(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, " +
          'sunscreen would be it.',
      ),
      encrypted:
        'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6' +
        '3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36' +
        '92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc' +
        '3ff4def08e4b7a9de576d26586cec64b6116' +
        '1ae10b594f09e26a7e902ecbd0600691',
    },
  ],

  // RFC 3394, section 4
  keyWraps: [
    {
      key: '000102030405060708090a0b0c0d0e0f',
      plain: '00112233445566778899aabbccddeeff',
      wrapped: '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5',
    },
    {
      key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      plain: '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f',
      wrapped: '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    },
  ],

  // RFC 5869, RFC 6070, RFC 9106 (with its secret and associated data)
  derivations: [
    {
      algorithm: {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: '000102030405060708090a0b0c',
        info: 'f0f1f2f3f4f5f6f7f8f9',
      },
      key: '0b'.repeat(22),
      bits: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      algorithm: { name: 'HKDF', hash: 'SHA-1', salt: '', info: '' },
      key: '0b'.repeat(22),
      bits: '0ac1af7002b3d761d1e55298da9d0506b9ae52057220a306e07b6b87e8df21d0ea00033de03984d34918',
    },
    {
      algorithm: { name: 'PBKDF2', hash: 'SHA-1', salt: text('salt'), iterations: 4096 },
      key: text('password'),
      bits: '4b007901b765489abead49d926f721d065a429c1',
    },
    {
      algorithm: {
        name: 'PBKDF2',
        hash: 'SHA-1',
        salt: text('saltSALTsaltSALTsaltSALTsaltSALTsalt'),
        iterations: 4096,
      },
      key: text('passwordPASSWORDpassword'),
      bits: '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038',
    },
    ...[
      ['Argon2d', '512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb'],
      ['Argon2i', 'c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8'],
      ['Argon2id', '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659'],
    ].map(([name, bits]) => ({
      algorithm: {
        name,
        nonce: '02'.repeat(16),
        secretValue: '03'.repeat(8),
        associatedData: '04'.repeat(12),
        parallelism: 4,
        memory: 32,
        passes: 3,
      },
      key: '01'.repeat(32),
      bits,
    })),
  ],

  // RFC 8032
  eddsa: [
    {
      name: 'Ed25519',
      secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      public: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      data: '',
      signature:
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    },
    {
      name: 'Ed25519',
      secret: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      public: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      data: 'af82',
      signature:
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
        '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    },
    {
      name: 'Ed448',
      secret:
        '6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f' +
        '032e7549a20098f95b',
      public:
        '5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6c' +
        'd1fa1abeafe8256180',
      data: '',
      signature:
        '533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d78' +
        '28c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4db' +
        'b61149f05a7363268c71d95808ff2e652600',
    },
  ],

  // RFC 7748
  agreements: [
    {
      name: 'X25519',
      secret: 'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
      public: 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
      shared: 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    },
    {
      name: 'X448',
      secret:
        '3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b' +
        '29259a4f1c600ad3',
      public:
        '06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada1' +
        '8aa7a7fb4ef8a086',
      shared:
        'ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21' +
        '766282f73dd96b6f',
    },
  ],

  // RFC 6979, A.2.5 to A.2.7: message "sample"
  ecdsa: [
    {
      namedCurve: 'P-256',
      hash: 'SHA-256',
      x: '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6',
      y: '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
      data: text('sample'),
      signature:
        'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716' +
        'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    },
    {
      namedCurve: 'P-384',
      hash: 'SHA-384',
      x: 'ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13',
      y: '8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720',
      data: text('sample'),
      signature:
        '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46' +
        '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
    },
  ],
};
