/** main - starts the page: its language first, then everything else. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { firstLocale } from './engine/session.svelte.ts';
import { loadLanguage } from './engine/tell.ts';

const target = document.getElementById('page');
if (target !== null) {
  const language = await loadLanguage(firstLocale());
  mount(App, { target, props: { language } });
}
