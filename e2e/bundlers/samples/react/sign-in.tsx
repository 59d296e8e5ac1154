import type {
  KeylessAuthElement,
  KeylessElementAttributes,
  KeylessElementEvent,
} from '@keyless/sdk-web-components';
import '@keyless/sdk-web-components';
import { type DetailedHTMLProps, type HTMLAttributes, useEffect, useRef } from 'react';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'kl-auth': DetailedHTMLProps<HTMLAttributes<KeylessAuthElement>, KeylessAuthElement> &
        Omit<KeylessElementAttributes, 'key'>;
    }
  }
}

export function SignIn({ username, onJwt }: { username: string; onJwt: (jwt: string | undefined) => void }) {
  const element = useRef<KeylessAuthElement>(null);
  useEffect(() => {
    const told = (event: Event) => onJwt((event as KeylessElementEvent<'finished'>).detail.jwt);
    const { current } = element;
    current?.addEventListener('finished', told);
    return () => current?.removeEventListener('finished', told);
  }, [onJwt]);
  return <kl-auth ref={element} customer="acme" username={username} service-url="https://auth.example.com" />;
}
